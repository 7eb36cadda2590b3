#include "hearing/recording.h"

#include "base/together.h"

namespace repartee::hearing {

namespace {

// Enough for every container's signature.
constexpr std::size_t signature_bytes = 12;

}  // namespace

Recording::Recording(const Executor& executor, const Ears& ears, RecordingOptions options)
    : executor_(executor),
      ears_(ears),
      options_(std::move(options)),
      work_(std::make_shared<Work>(ears.detector.start(executor, {}))) {}

void Recording::push(std::span<const std::byte> bytes) {
    bytes_ += bytes.size();
    if (fault_) {
        return;
    }
    if (work_->decoder) {
        work_->decoder->push(bytes);
        return;
    }
    head_.insert(head_.end(), bytes.begin(), bytes.end());
    if (head_.size() >= signature_bytes) {
        open();
    }
}

void Recording::open() {
    auto decoder = ears_.decoder_for(head_);
    if (!decoder) {
        fault_ = decoder.error();
        return;
    }
    work_->decoder = (*decoder)->start({});
    work_->decoder->push(head_);
    head_ = {};
    work_->recogniser = ears_.recogniser.start(
        {.language = options_.language, .partials = false, .urgency = options_.urgency});
    running_ = Task(executor_, run(work_));
}

awaitable<Heard> Recording::finish() {
    if (!work_->decoder && !fault_) {
        open();
    }
    if (fault_) {
        throw Failure(*fault_);
    }
    work_->decoder->finish();
    co_await running_.join();
    Heard heard{.transcript = std::move(work_->transcript),
                .audio_length = work_->gate.length(),
                .voiced = work_->gate.voiced(),
                .final_at = ears_.clock.now()};
    if (!work_->gate.heard_speech()) {
        heard.transcript.text.clear();
    }
    co_return heard;
}

awaitable<void> Recording::run(std::shared_ptr<Work> work) {
    co_await together(decode(*work), recognise(*work));
}

awaitable<void> Recording::decode(Work& work) {
    while (auto pcm = co_await work.decoder->next()) {
        work.recogniser->push(pcm->samples);  // first: it works while we wait
        co_await work.gate.push(pcm->samples);
    }
    work.recogniser->finish();
}

awaitable<void> Recording::recognise(Work& work) {
    while (auto heard = co_await work.recogniser->next()) {
        work.transcript = std::move(*heard);
    }
}

}  // namespace repartee::hearing
