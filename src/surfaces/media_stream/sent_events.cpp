#include "surfaces/media_stream/sent_events.h"

#include "engines/json_parts.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace repartee::surfaces::media_stream {

namespace {

// No acknowledgment is longer; what is, is not read.
constexpr std::size_t longest_acknowledgment = 200;

}  // namespace

std::string SentEvents::number(std::string message, Replay replay) {
    ++last_;
    message.pop_back();
    message += fmt::format(",\"seq\":{}}}", last_);
    if (replay == Replay::Never) {
        return message;
    }
    if (replay == Replay::Latest && latest_is_of_this_reply_ && !events_.empty()) {
        bytes_ -= events_.back().message.size();
        events_.pop_back();
    }
    latest_is_of_this_reply_ = replay == Replay::Latest;
    events_.push_back({last_, message});
    bytes_ += message.size();
    stay_within_limits();
    return message;
}

void SentEvents::acknowledge(std::uint64_t number) {
    if (number > last_) {
        return;
    }
    while (!events_.empty() && events_.front().number <= number) {
        bytes_ -= events_.front().message.size();
        events_.pop_front();
    }
    latest_is_of_this_reply_ = latest_is_of_this_reply_ && !events_.empty();
}

void SentEvents::go_on(std::uint64_t last, std::deque<Event> events, std::uint64_t seen) {
    events_ = std::move(events);
    bytes_ = 0;
    for (const auto& event : events_) {
        bytes_ += event.message.size();
    }
    latest_is_of_this_reply_ = false;
    last_ = std::max(last, seen);
    acknowledge(seen);
    stay_within_limits();
}

void SentEvents::stay_within_limits() {
    while (events_.size() > most_events || (bytes_ > most_bytes && events_.size() > 1)) {
        bytes_ -= events_.front().message.size();
        events_.pop_front();
    }
}

std::optional<std::uint64_t> acknowledged_in(std::string_view message) {
    if (message.size() > longest_acknowledgment) {
        return std::nullopt;
    }
    auto object = engines::object_in(message);
    if (!object || engines::text_at(*object, "event_type") != "ack") {
        return std::nullopt;
    }
    const auto* number = object->if_contains("seq");
    const auto* whole = number != nullptr ? number->if_int64() : nullptr;
    return whole != nullptr && *whole >= 0 ? std::optional(static_cast<std::uint64_t>(*whole)) : std::nullopt;
}

std::optional<std::uint64_t> number_in(std::string_view text) {
    // Far beyond what a call has events, and far from where sums run over.
    constexpr std::uint64_t largest = 1ULL << 48;
    std::uint64_t number = 0;
    const auto* end = text.data() + text.size();
    const auto [behind, fault] = std::from_chars(text.data(), end, number);
    return fault == std::errc() && behind == end && number < largest ? std::optional(number) : std::nullopt;
}

}  // namespace repartee::surfaces::media_stream
