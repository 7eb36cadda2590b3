#include "jobs/job_work.h"

#include "audio/sniff.h"
#include "conversation/whole_reply.h"

#include <optional>
#include <span>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::jobs {

namespace {

// An upload is a file. Bytes without any signature would be taken for samples, and heard as noise.
void check_is_a_file(std::span<const std::byte> recording) {
    if (audio::sniff(recording) == audio::AudioFormat::Unknown) {
        throw Failure(ErrorKind::Unsupported,
                      "This is no recording that the server can open. Please send a WAV file.");
    }
}

}  // namespace

JobWork::JobWork(const Executor& executor, const Tools& tools, const Customs& customs, Job job,
                 Publish publish)
    : executor_(executor),
      tools_(tools),
      customs_(customs),
      log_(tools.voicebox.log.with({{"job", job.id}})),
      job_(std::move(job)),
      publish_(std::move(publish)) {
    record_.text = job_.text;
}

awaitable<void> JobWork::run() {
    if (record_.text.empty()) {
        record_.state = JobState::Transcribing;
        publish_(record_);
        co_await hear();
    } else {
        timeline_.stamp(Moment::SpeechEnd, job_.received_at);
    }
    if (record_.text.empty()) {
        record_.response = customs_.nothing_heard;
        co_return;
    }
    record_.state = JobState::Thinking;
    publish_(record_);
    co_await answer();
}

awaitable<void> JobWork::hear() {
    timeline_.stamp(Moment::SpeechEnd, job_.received_at);
    hearing::RecordingOptions options{.language = customs_.language, .urgency = engines::Urgency::Job};
    hearing::Recording recording(executor_, tools_.ears, std::move(options));
    auto bytes = std::as_bytes(std::span(job_.recording));
    check_is_a_file(bytes);
    recording.push(bytes);
    std::string().swap(job_.recording);  // the decoder has it now, and lets go of it as it reads
    auto heard = co_await recording.finish();
    timeline_.stamp(Moment::FinalText, heard.final_at);
    log_.info("transcript", {{"audio_ms", heard.audio_length.count()},
                             {"voiced_ms", heard.voiced.count()},
                             {"took_ms", milliseconds_of(heard.final_at - job_.received_at)},
                             {"text", log_.text(heard.transcript.text)}});
    record_.text = std::move(heard.transcript.text);
}

awaitable<void> JobWork::answer() {
    auto brief = customs_.brief(record_.text);
    conversation::WholeReply reply;
    auto voicebox = tools_.voicebox;
    voicebox.log = log_;
    skills::SkillSurroundings surroundings{.clock = voicebox.clock,
                                           .http = tools_.http,
                                           .memory = nullptr,
                                           .robot = tools_.robot,
                                           .client_acts = false};
    auto skills = skills::build_skills(tools_.skills, brief.agent.skills, surroundings);
    // Nobody will speak in it again, so it remembers nothing, and asks nothing.
    conversation::ConversationOptions options;
    options.history_messages = 0;
    options.renew_skills = skills::renewing_from(tools_.toolbox, brief.agent.id, brief.agent.skills);
    options.can_ask_back = false;
    conversation::Conversation conversation(executor_, job_.id, brief.agent, std::move(voicebox),
                                            std::move(skills), reply, tools_.turn_metrics,
                                            std::move(options));
    Transcript question{.text = std::move(brief.question), .is_final = true};
    conversation.hear({std::move(question), timeline_});
    conversation.close();
    co_await conversation.run();
    if (reply.failure) {
        throw Failure(*reply.failure);
    }
    record_.response = brief.finish(std::move(reply.text));
    log_.info("reply", {{"text", log_.text(record_.response)}});
}

}  // namespace repartee::jobs
