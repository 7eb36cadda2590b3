// A file that is either the old one or the new one, whatever happens in between: what is new is written
// beside it, flushed to the disk and put in its place. Blocks: for start-up, commands and worker threads.
#pragma once

#include "base/error.h"

#include <filesystem>
#include <string_view>

namespace repartee {

enum class Readers {
    Everybody,  // on this machine
    OwnerOnly,  // of the process: for secrets
};

// Makes the folder when there is none. Throws Failure{Unavailable}, which names the file and the reason.
void write_atomically(const std::filesystem::path& path, std::string_view text,
                      Readers readers = Readers::Everybody);

// What was put there with rename stays there, too, when the power goes.
void flush_folder(const std::filesystem::path& folder);

}  // namespace repartee
