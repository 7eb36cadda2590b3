// sphinxbase as a library should be: quiet, and not the one who decides when the process ends.
#pragma once

namespace repartee::engines::pocketsphinx {

// Before the first call of the library; any thread, any number of times.
//
// The library prints to standard error and calls exit() on what it deems fatal: a damaged model, no
// memory. Both go through one process-wide callback. Ours drops the chatter, and throws
// Failure{Unavailable} where the library was about to exit. The exception travels through C
// frames; Debian builds those with unwind tables, and without them the process would end as the
// library wanted. Whatever the library was working on is in no known state afterwards and must not
// be touched again, not even to free it.
void tame_library();

}  // namespace repartee::engines::pocketsphinx
