// Fetches one model file: with redirects, from where an earlier attempt stopped, with its sum checked while
// it comes and its contents looked at before it lies where an engine would find it, and with an entry in the
// folder's record.
//
// Nothing of a file is ever seen under its own name before it is whole and right. Whatever else happens, what
// has come stays in NAME.part and is gone on with the next time.
#pragma once

#include "base/async.h"
#include "base/clock.h"
#include "base/worker_pool.h"
#include "models/model_file.h"
#include "models/record.h"
#include "net/http_client.h"

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace repartee::downloads {

struct Order {
    std::string address;
    std::filesystem::path target;
    models::ModelKind kind = models::ModelKind::Whisper;  // what it has to hold
    std::string sha1 = {};                                // as published; empty: nobody publishes one
    std::uintmax_t about_bytes = 0;              // what comes may be larger by half, and by a MiB; not more
    std::uintmax_t least_free = 0;               // bytes of the disk that stay free
    std::chrono::milliseconds patience{30'000};  // for each sign of life
    // Attempts in a row that bring nothing new; one that does begins the count again.
    int attempts = 5;
    std::chrono::milliseconds first_pause{1'000};  // before the second; twice as long before each further one
};

// Told how it goes, on the strand.
class Watcher {
public:
    virtual ~Watcher() = default;
    // An answer has come, for the bytes from `from` on. `whole` is the file's size, where the server says so.
    virtual void begun(std::uintmax_t from, std::optional<std::uintmax_t> whole) = 0;
    virtual void come(std::uintmax_t bytes) = 0;                                      // so many more
    virtual void interrupted(const Error& why, std::chrono::milliseconds pause) = 0;  // it will try again
};

// What became of it, as the record has it from now on. Throws Failure, whose message is for people:
//   Unavailable    nobody answers at the address, or the disk cannot be written
//   Conflict       another program is fetching the same file
//   NotFound, Forbidden, Unsupported    the server has nothing for us
//   ProviderBroke, ProviderLate, Busy   every attempt has failed
//   TooLarge       the disk has not enough room
//   Malformed      what comes is larger than it could be, not what was published, or no model: thrown away
// Cancelling keeps what has come.
awaitable<models::RecordedFile> download(net::HttpClient& http, WorkerPool& pool, Clock& clock, Order order,
                                         Watcher& watcher);

}  // namespace repartee::downloads
