// Jobs that several servers work on together. Whoever lets one in writes it down here, recording and all;
// whichever server has a hand free takes it for a while (a lease), and says again and again that it is still
// at it. Where a lease runs out, another server takes the job with the next attempt. What is written of a job
// is written in the name of an attempt, and refused once that is no longer the current one: so a job is ended
// once, whoever was only slow.
//
// All times are by the database's clock; those of the servers may differ. Any strand. What is cancelled
// before it has begun is not done at all, else done or not as a whole. Where the database cannot be reached
// everything throws Failure{Unavailable}, and may have been done all the same: asked again with the same
// arguments it changes nothing more.
#pragma once

#include "base/async.h"
#include "base/error.h"

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace repartee::stores {

// In the order in which a job goes through them. The numbers are kept in databases.
enum class JobStage { Received = 0, Transcribing = 1, Thinking = 2, Done = 3, Error = 4 };

// What can be said of a job, and is told to whoever asks.
struct JobNote {
    JobStage stage = JobStage::Received;
    std::string text = {};                  // what was understood
    std::string response = {};              // of Done and Error
    ErrorKind fault = ErrorKind::Internal;  // of Error
};

struct NewJob {
    std::string id;         // random: who knows it may read the note
    std::string queue;      // whose it is: "misty"
    std::string recording;  // bytes
};

// What may wait for a server, over all of them.
struct JobLimits {
    std::int64_t waiting = 0;        // jobs
    std::int64_t waiting_bytes = 0;  // of their recordings
};

// The right to work on a job and to write of it, until somebody else has it.
struct JobHold {
    std::string id;
    std::int64_t attempt = 0;  // counts who has taken it, from 1
};

struct TakenJob {
    JobHold hold;
    std::string recording;  // empty where the text is known
    std::string text;       // what somebody before had understood already
    std::chrono::milliseconds age{0};
    bool is_taken_over = false;  // from a server whose lease has run out
};

struct JobWish {
    std::string queue;
    // A name for this taking, made by whoever takes: a new one for each, and the same again where nobody
    // knows what became of it.
    std::string name;
    std::chrono::milliseconds lease{0};
    // A job whose lease has run out so often is not given to anybody any more: it ends as an error with
    // these words.
    std::int64_t most_lost = 3;
    std::string last_words;
};

struct JobTaking {
    std::optional<TakenJob> job;  // nothing: nobody waits
    std::int64_t waiting = 0;     // how many still do, over all servers
    std::int64_t given_up = 0;    // how many were ended with the last words
};

class JobLedger {
public:
    virtual ~JobLedger() = default;

    // Keeps a new job, which waits. Returns once it is safe: how many wait now. Throws Failure{Busy} past the
    // limits.
    virtual awaitable<std::int64_t> add(NewJob job, JobLimits limits) = 0;

    // The oldest job of the queue that nobody has, for `lease`.
    virtual awaitable<JobTaking> take(JobWish wish) = 0;

    // Still at it, for another `lease`, and this is how far it has got: a stage that leads back is left out.
    // From Thinking on the recording is erased, because the text is there. False: it is not ours any more.
    virtual awaitable<bool> keep(JobHold hold, JobNote note, std::chrono::milliseconds lease) = 0;

    // The end, Done or Error; the recording is erased. False: it is not ours any more, and nothing is
    // written.
    virtual awaitable<bool> end(JobHold hold, JobNote note) = 0;

    // Nobody has it now: it waits again, and whoever takes it need not wait for our lease. False: it was not
    // ours any more.
    virtual awaitable<bool> give_back(JobHold hold) = 0;

    // Nothing for what nobody was given, and for what ended longer than `kept_for` ago.
    virtual awaitable<std::optional<JobNote>> find(std::string queue, std::string id,
                                                   std::chrono::milliseconds kept_for) = 0;

    // Erases what ended longer than `kept_for` ago, and all but the `most` that ended last.
    virtual awaitable<void> erase_ended(std::string queue, std::chrono::milliseconds kept_for,
                                        std::int64_t most) = 0;
};

}  // namespace repartee::stores
