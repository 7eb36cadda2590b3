#include "engines/takeover_hearing.h"

#include "base/error.h"

namespace repartee::engines {

namespace {

constexpr auto most_samples =
    static_cast<std::size_t>(std::chrono::seconds(longest_replay).count()) * audio::speech_rate;

}  // namespace

bool is_lasting(ErrorKind kind) {
    return kind == ErrorKind::ProviderLate || kind == ErrorKind::Unavailable ||
           kind == ErrorKind::Unauthenticated || kind == ErrorKind::Forbidden;
}

TakeoverHearing::TakeoverHearing(Roster& roster, std::deque<std::size_t> candidates,
                                 RecognitionRequest request, Log log)
    : roster_(roster), untried_(std::move(candidates)), request_(std::move(request)), log_(std::move(log)) {
    begin_with_next();
}

void TakeoverHearing::begin_with_next() {
    at_ = untried_.front();
    untried_.pop_front();
    stream_ = static_cast<Recogniser&>(roster_.at(at_)).start(request_);
    stream_->push(kept_);
    if (finished_) {
        stream_->finish();
    }
    if (untried_.empty()) {
        replayable_ = false;
        kept_ = {};
    }
}

void TakeoverHearing::push(std::span<const audio::Sample> samples) {
    if (finished_) {
        return;
    }
    keep(samples);
    stream_->push(samples);
}

void TakeoverHearing::keep(std::span<const audio::Sample> samples) {
    if (replayable_ && kept_.size() + samples.size() > most_samples) {
        replayable_ = false;
        kept_ = {};
    }
    if (replayable_) {
        kept_.insert(kept_.end(), samples.begin(), samples.end());
    }
}

void TakeoverHearing::finish() {
    finished_ = true;
    stream_->finish();
}

awaitable<std::optional<Transcript>> TakeoverHearing::next() {
    while (!over_) {
        over_ = true;  // stays so when the wait is cancelled
        std::optional<Error> failure;
        try {
            auto heard = co_await stream_->next();
            over_ = !heard || heard->is_final;
            co_return heard;
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (is_lasting(failure->kind)) {
            roster_.gave_up(at_, *failure);
        }
        if (!replayable_) {
            throw Failure(*failure);
        }
        auto failed_kind = roster_.at(at_).info().kind;
        auto seconds = static_cast<double>(kept_.size()) / audio::speech_rate;
        begin_with_next();
        log_.warning("recogniser failed, the next takes over", {{"engine", failed_kind},
                                                                {"next", roster_.at(at_).info().kind},
                                                                {"replayed_s", seconds},
                                                                {"reason", failure->message},
                                                                {"detail", failure->detail}});
        over_ = false;
    }
    co_return std::nullopt;
}

}  // namespace repartee::engines
