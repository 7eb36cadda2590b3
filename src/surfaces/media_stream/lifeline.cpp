#include "surfaces/media_stream/lifeline.h"

#include "accounts/key_material.h"
#include "base/together.h"

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::surfaces::media_stream {

namespace {

// For what is written once the line is gone, when nobody waits for it but whoever comes back.
constexpr Duration patience_of_the_gone = std::chrono::seconds(3);

}  // namespace

std::string new_call_token() {
    return accounts::sha256_hex(accounts::random_bytes(32));
}

std::string hash_of(const std::string& token) {
    return accounts::sha256_hex(token);
}

bool is_call_token(std::string_view text) {
    return text.size() == 64 && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

Lifeline::Lifeline(stores::ParkedCalls& calls, Clock& clock, Log log, About about)
    : calls_(calls),
      clock_(clock),
      log_(std::move(log)),
      about_(std::move(about)),
      hash_(hash_of(about_.token)) {}

void Lifeline::go_on(std::int64_t epoch, std::uint64_t last_number, std::deque<SentEvents::Event> events,
                     std::uint64_t seen) {
    epoch_ = epoch;
    is_known_ = true;
    sent_.go_on(last_number, std::move(events), seen);
}

std::int64_t Lifeline::now_ms() const {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock_.wall().time_since_epoch()).count();
}

awaitable<Lifeline::Kept> Lifeline::keep(conversation::Snapshot talk, Duration patience) {
    return write(std::move(talk), about_.ends_at_ms, patience);
}

awaitable<Lifeline::Kept> Lifeline::park(conversation::Snapshot talk) {
    const auto expires_at_ms = std::min(about_.ends_at_ms, now_ms() + time_to_come_back.count());
    return write(std::move(talk), expires_at_ms, patience_of_the_gone);
}

awaitable<Lifeline::Kept> Lifeline::write(conversation::Snapshot talk, std::int64_t expires_at_ms,
                                          Duration patience) {
    if (is_taken_over_) {
        co_return Kept::TakenOver;
    }
    ParkedState state{.agent = about_.agent,
                      .session = about_.session,
                      .token_version = about_.token_version,
                      .ends_at_ms = about_.ends_at_ms,
                      .last_number = sent_.last(),
                      .events = sent_.unacknowledged(),
                      .talk = std::move(talk)};
    std::optional<Error> failure;
    bool is_ours = false;
    try {
        Error late{ErrorKind::Unavailable, "The database does not answer.", "patience"};
        auto writing = write_to_database(text_of(std::move(state), now_ms()), expires_at_ms);
        is_ours = co_await with_deadline(clock_, patience, std::move(writing), std::move(late));
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure && failure->kind != ErrorKind::NotFound) {
        if (!std::exchange(has_complained_, true)) {
            log_.warning("a call cannot be resumed for now",
                         {{"reason", failure->message}, {"detail", failure->detail}});
        }
        co_return Kept::No;
    }
    if (failure || !is_ours) {
        is_taken_over_ = true;  // or its person is gone
        log_.info("a call goes on elsewhere");
        co_return Kept::TakenOver;
    }
    has_complained_ = false;
    co_return Kept::Yes;
}

awaitable<bool> Lifeline::write_to_database(std::string state, std::int64_t expires_at_ms) {
    if (!is_known_) {
        stores::ParkedCall call{.token_hash = hash_,
                                .user = about_.user,
                                .epoch = epoch_,
                                .state = state,
                                .expires_at_ms = expires_at_ms};
        // Where an attempt before, which nobody heard of, has got through after all, it changes nothing.
        co_await calls_.add(std::move(call), now_ms());
        is_known_ = true;
    }
    const bool is_ours = co_await calls_.keep(hash_, epoch_, std::move(state), expires_at_ms);
    co_return is_ours;
}

awaitable<void> Lifeline::erase() {
    std::optional<Error> failure;
    try {
        Error late{ErrorKind::Unavailable, "The database does not answer.", "patience"};
        auto erasing = calls_.erase(hash_, epoch_);
        co_await with_deadline(clock_, patience_of_the_gone, std::move(erasing), std::move(late));
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        // It expires by itself.
        log_.debug("a call that is over is still there", {{"reason", failure->message}});
    }
}

}  // namespace repartee::surfaces::media_stream
