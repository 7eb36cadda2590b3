// A job: one uploaded recording, a conversation of its own, and what can be said about it so far.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace repartee::jobs {

// In the order in which a job goes through them; never backwards. Whoever asks may miss some.
enum class JobState {
    Received,      // waits for its turn
    Transcribing,  // the recording is being understood
    Thinking,      // `text` is there, the reply is not
    Done,
    Error,
};

// "received", "transcribing" ...
std::string_view name_of(JobState state);

constexpr bool is_final(JobState state) {
    return state == JobState::Done || state == JobState::Error;
}

struct JobRecord {
    JobState state = JobState::Received;
    std::string text = {};                  // what was understood, from Thinking on
    std::string response = {};              // the reply; of an Error, a sentence that says what went wrong
    ErrorKind fault = ErrorKind::Internal;  // of an Error
};

// Random and unguessable (UUID v4): who knows it may read the record. Throws Failure when the system
// has no randomness to give. Any thread.
std::string new_job_id();

}  // namespace repartee::jobs
