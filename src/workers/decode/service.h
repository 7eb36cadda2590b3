// The decode worker's side of docs/workers.md: `decode`, `file-chunk`..., `file-stop` in;
// `audio-start`, `audio-chunk`..., `audio-stop` out.
#pragma once

#include "workers/wire.h"

namespace repartee::workers::decode {

wyoming::Event info();

void serve(Wire& wire, const wyoming::Event& request);

}  // namespace repartee::workers::decode
