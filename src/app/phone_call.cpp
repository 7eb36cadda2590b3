#include "app/phone_call.h"

#include "app/live_line.h"
#include "app/time_line_chart.h"
#include "base/bell.h"
#include "base/together.h"
#include "engines/json_parts.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <iostream>

namespace repartee::app {

namespace json = boost::json;
using engines::text_at;

namespace {

constexpr auto frame = std::chrono::milliseconds(20);
constexpr std::size_t frame_samples = std::size_t{audio::speech_rate} / 1000 * 20;

// Until the agent has greeted and asks for the microphone.
constexpr auto greeting_patience = std::chrono::seconds(60);
// For a sign that a speech was understood. Recognisers at work on a busy machine take their time.
constexpr auto hearing_patience = std::chrono::seconds(30);

float loudness(std::span<const audio::Sample> samples) {
    double sum = 0;
    for (auto sample : samples) {
        sum += static_cast<double>(sample) * sample;
    }
    return samples.empty() ? 0.0F
                           : static_cast<float>(std::sqrt(sum / static_cast<double>(samples.size())) / 32768);
}

// A turn as it is noticed at this end.
struct NoticedTurn {
    TimePoint asked_at;  // the end of what it answers
    std::optional<TimePoint> first_sound = {};
    Duration longest_gap{0};  // without sound, within the reply
    bool interrupted = false;
    bool over = false;
    std::string reply = {};
};

class PhoneCall {
public:
    PhoneCall(Core& core, net::WebSocket& socket, CallPlan plan)
        : core_(core), socket_(socket), plan_(std::move(plan)), live_(std::cout) {}

    awaitable<Spoken> hold() {
        auto ended = co_await first_of(speak_all(), listen(), microphone());
        live_.clear();
        if (ended != 0) {
            throw Failure(ErrorKind::ProviderBroke, fmt::format("The server ended the call ({}).",
                                                                socket_.close_code().value_or(1006)));
        }
        co_await socket_.close(net::CloseCode::Normal);
        co_return spoken_;
    }

private:
    // --- what is said ---

    awaitable<void> speak_all() {
        auto asked = [this] { return may_speak_; };
        co_await until(asked, greeting_patience, "The server asks for no sound.");
        for (std::size_t i = 0; i < plan_.speeches.size(); ++i) {
            if (plan_.interrupt_after && !turns_.empty()) {
                auto begun = [this] { return turns_.back().first_sound || turns_.back().over; };
                co_await until(begun, reply_patience, "No reply began in time.");
                co_await core_.clock.sleep(*plan_.interrupt_after);
            }
            co_await ask(std::move(plan_.speeches[i]));
            if (!plan_.interrupt_after || i + 1 == plan_.speeches.size()) {
                co_await until_answered();
            }
        }
    }

    awaitable<void> ask(audio::Pcm speech) {
        auto turns = turns_.size();
        speaking_since_ = core_.clock.now();
        spoken_samples_ = 0;
        speech_ = std::move(speech.samples);
        while (spoken_samples_ < speech_.size()) {
            co_await said_.wait();
        }
        asked_at_ = core_.clock.now();
        auto understood = [this, turns] { return turns_.size() > turns; };
        try {
            co_await until(understood, hearing_patience, "Nothing of that was understood.");
        } catch (const Failure& failure) {
            note(fmt::format("({})", failure.error().message));
            spoken_.all_answered = false;
        }
    }

    awaitable<void> until_answered() {
        if (!turns_.empty()) {
            auto over = [this] { return turns_.back().over; };
            co_await until(over, reply_patience, "The server did not finish its reply in time.");
        }
    }

    awaitable<void> until(std::function<bool()> condition, Duration limit, std::string otherwise) {
        auto deadline = core_.clock.now() + limit;
        while (!condition()) {
            Error late{ErrorKind::ProviderLate, otherwise, {}};
            auto news = news_.wait();
            co_await with_deadline(core_.clock, deadline - core_.clock.now(), std::move(news),
                                   std::move(late));
        }
    }

    // Runs as long as the call: what is to be said, and silence between.
    awaitable<void> microphone() {
        for (auto due = core_.clock.now();;) {
            std::string bytes(frame_samples * sizeof(audio::Sample), '\0');
            auto left = std::span(speech_).subspan(spoken_samples_);
            auto part = left.first(std::min(frame_samples, left.size()));
            std::memcpy(bytes.data(), part.data(), part.size_bytes());
            spoken_samples_ += part.size();
            if (!part.empty() && part.size() == left.size()) {
                said_.ring();
            }
            state_.microphone = loudness(part);
            if (!co_await socket_.send_binary(std::move(bytes))) {
                co_return;
            }
            show();
            due += frame;
            co_await core_.clock.sleep_until(due);
        }
    }

    // --- what is heard ---

    awaitable<void> listen() {
        while (auto message = co_await socket_.receive()) {
            if (message->binary) {
                take_sound(message->data);
            } else if (message->data == "stop") {
                take_stop();
            } else {
                json::error_code fault;
                auto value = json::parse(message->data, fault);
                if (!fault && value.is_object()) {
                    take_event(value.get_object());
                }
            }
            news_.ring();
        }
    }

    void take_sound(std::string_view bytes) {
        auto now = core_.clock.now();
        auto count = bytes.size() / sizeof(audio::Sample);
        auto at = spoken_.reply.samples.size();
        spoken_.reply.samples.resize(at + count);
        std::memcpy(spoken_.reply.samples.data() + at, bytes.data(), count * sizeof(audio::Sample));
        state_.reply = loudness(std::span(spoken_.reply.samples).subspan(at));
        if (!turns_.empty()) {
            auto& turn = turns_.back();
            if (turn.first_sound && now > sounds_until_) {
                turn.longest_gap = std::max(turn.longest_gap, now - sounds_until_);
            }
            turn.first_sound = turn.first_sound.value_or(now);
        }
        sounds_until_ = std::max(sounds_until_, now) + audio::duration_of(count, audio::speech_rate);
    }

    // What is not played yet is never heard.
    void take_stop() {
        auto now = core_.clock.now();
        auto unheard = std::max(Duration(0), sounds_until_ - now);
        auto& samples = spoken_.reply.samples;
        auto count = static_cast<std::size_t>(unheard * audio::speech_rate / 1s);
        samples.resize(samples.size() - std::min(samples.size(), count));
        sounds_until_ = now;
        if (!turns_.empty() && !turns_.back().over) {
            turns_.back().interrupted = true;
            note(fmt::format("(stopped {:.0f} ms after you began to speak)",
                             milliseconds_of(now - speaking_since_)));
        }
    }

    void take_event(const json::object& event) {
        auto type = text_at(event, "event_type");
        auto text = text_at(event, "text");
        if (type == "start_media_streaming") {
            may_speak_ = true;
        } else if (type == "user_partial") {
            state_.words = text;
        } else if (type == "user_text") {
            note(fmt::format("you:      {}", text));
            turns_.push_back({.asked_at = asked_at_ > speaking_since_ ? asked_at_ : core_.clock.now()});
            state_.words.clear();
        } else if (type == "llm_text") {
            state_.words = text;
            (turns_.empty() ? greeting_ : turns_.back().reply) = text;
        } else if (type == "timeline") {
            take_time_line(event);
        }
    }

    void take_time_line(const json::object& event) {
        if (turns_.empty()) {
            note("repartee: " + greeting_);
            return;
        }
        auto& turn = turns_.back();
        turn.over = true;
        auto outcome = text_at(event, "outcome");
        note(fmt::format("repartee: {}{}", turn.reply,
                         outcome == "complete" ? "" : fmt::format(" ({})", outcome)));
        spoken_.all_answered = spoken_.all_answered && outcome != "failed";
        note("\n" + time_line_chart(event));
        if (turn.first_sound) {
            note(fmt::format(
                "  At this end: first sound {:.0f} ms after the recording's end, longest gap {:.0f} "
                "ms.\n",
                milliseconds_of(*turn.first_sound - turn.asked_at), milliseconds_of(turn.longest_gap)));
        }
        state_.words.clear();
    }

    // --- what is shown ---

    void note(const std::string& line) {
        live_.clear();
        std::cout << line << "\n" << std::flush;
    }

    void show() {
        auto now = core_.clock.now();
        if (now > sounds_until_) {
            state_.reply = 0;
        }
        if (now >= next_look_) {
            next_look_ = now + 100ms;
            live_.show(state_);
        }
    }

    Core& core_;
    net::WebSocket& socket_;
    CallPlan plan_;
    LiveLine live_;
    LiveState state_;
    TimePoint next_look_{};

    std::vector<audio::Sample> speech_;  // being said
    std::size_t spoken_samples_ = 0;
    TimePoint speaking_since_{};
    TimePoint asked_at_{};
    Bell said_;

    bool may_speak_ = false;
    std::string greeting_;
    std::vector<NoticedTurn> turns_;
    TimePoint sounds_until_{};
    Bell news_;
    Spoken spoken_;
};

awaitable<std::unique_ptr<net::WebSocket>> dial(Core& core, std::string base, std::string agent) {
    auto url = fmt::format("{}/api/media-stream?timeline=1&partials=1{}{}", base,
                           agent.empty() ? "" : "&agent_id=", agent);
    co_return co_await core.http.connect(std::move(url));
}

awaitable<std::unique_ptr<net::WebSocket>> dial_somebody(Core& core, std::string base, std::string agent) {
    std::string first_choice = agent.empty() ? "repartee" : agent;
    try {
        co_return co_await dial(core, base, std::move(first_choice));
    } catch (const net::HandshakeRefused& refused) {
        if (refused.answer().status != 403) {
            throw;
        }
        if (!agent.empty()) {
            throw Failure(ErrorKind::NotFound, fmt::format("There is no agent '{}' at {}.", agent, base));
        }
    }
    std::string whoever;
    co_return co_await dial(core, base, std::move(whoever));
}

}  // namespace

awaitable<Spoken> hold_call(Core& core, std::string base, CallPlan plan) {
    auto agent = plan.agent;
    auto socket = co_await dial_somebody(core, std::move(base), std::move(agent));
    PhoneCall call(core, *socket, std::move(plan));
    co_return co_await call.hold();
}

}  // namespace repartee::app
