#include "app/push_to_talk.h"

#include "app/time_line_chart.h"
#include "base/together.h"
#include "engines/json_parts.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstring>
#include <iostream>

namespace repartee::app {

namespace json = boost::json;
using engines::text_at;

namespace {

// A browser's block is 256 ms; shorter ones let the server recognise while we still speak.
constexpr auto block = std::chrono::milliseconds(100);
constexpr std::size_t block_samples = std::size_t{audio::speech_rate} / 1000 * 100;

// One dialogue with the server, turn after turn.
class Dialogue {
public:
    Dialogue(Core& core, net::WebSocket& socket, bool fast) : core_(core), socket_(socket), fast_(fast) {}

    awaitable<void> open() {
        json::object wishes{{"action", "options"}, {"speech", true}, {"timeline", true}};
        co_await socket_.send_text(json::serialize(wishes));
    }

    awaitable<void> turn(audio::Pcm speech) {
        co_await socket_.send_text(R"({"action":"start"})");
        co_await send_in_real_time(speech);
        co_await socket_.send_text(R"({"action":"end"})");
        Error late{ErrorKind::ProviderLate, "The server did not finish its reply in time.", {}};
        co_await with_deadline(core_.clock, reply_patience, read_reply(), std::move(late));
    }

    Spoken outcome() const { return {reply_, all_answered_}; }

private:
    awaitable<void> send_in_real_time(const audio::Pcm& speech) {
        auto due = core_.clock.now();
        for (std::size_t at = 0; at < speech.samples.size(); at += block_samples) {
            auto count = std::min(block_samples, speech.samples.size() - at);
            std::string bytes(count * sizeof(audio::Sample), '\0');
            std::memcpy(bytes.data(), speech.samples.data() + at, bytes.size());
            if (!co_await socket_.send_binary(std::move(bytes))) {
                co_return;
            }
            due += block;
            if (!fast_) {
                co_await core_.clock.sleep_until(due);
            }
        }
    }

    awaitable<void> read_reply() {
        for (;;) {
            auto message = co_await socket_.receive();
            if (!message) {
                throw Failure(ErrorKind::ProviderBroke, "The server closed the connection.");
            }
            if (message->binary) {
                auto at = reply_.samples.size();
                reply_.samples.resize(at + message->data.size() / sizeof(audio::Sample));
                std::memcpy(reply_.samples.data() + at, message->data.data(),
                            message->data.size() / sizeof(audio::Sample) * sizeof(audio::Sample));
                continue;
            }
            json::error_code fault;
            auto value = json::parse(message->data, fault);
            if (!fault && value.is_object() && show(value.get_object())) {
                co_return;
            }
        }
    }

    // True when the turn is over.
    bool show(const json::object& message) {
        auto type = text_at(message, "type");
        auto event = text_at(message, "event");
        if (type == "stt") {
            auto error = text_at(message, "error");
            std::cout << "you:      " << text_at(message, "text")
                      << (error.empty() ? "" : fmt::format("({})", error)) << "\n";
            all_answered_ = all_answered_ && error.empty();
            return !error.empty();
        }
        if (type == "llm" && event == "start") {
            std::cout << "repartee: " << std::flush;
        } else if (type == "llm" && event.empty()) {
            std::cout << text_at(message, "delta") << std::flush;
        } else if (type == "llm" && event == "end") {
            std::cout << "\n";
        } else if (type == "llm" && event == "error") {
            std::cout << "(" << text_at(message, "message") << ")\n";
            all_answered_ = false;
        } else if (type == "llm" && event == "skipped") {
            std::cout << "(nothing to answer)\n";
            all_answered_ = false;
            return true;
        } else if (type == "speech" && event == "start") {
            reply_.rate = static_cast<int>(message.at("sample_rate").to_number<int>());
        } else if (type == "timeline") {
            std::cout << "\n" << time_line_chart(message) << "\n";
            return true;
        } else if (type == "error") {
            std::cout << "(" << text_at(message, "message") << ")\n";
            all_answered_ = false;
            return true;
        }
        return false;
    }

    Core& core_;
    net::WebSocket& socket_;
    const bool fast_;
    audio::Pcm reply_;
    bool all_answered_ = true;
};

}  // namespace

awaitable<Spoken> push_to_talk(Core& core, std::string url, std::vector<audio::Pcm> speeches, bool fast) {
    auto socket = co_await core.http.connect(std::move(url));
    Dialogue dialogue(core, *socket, fast);
    co_await dialogue.open();
    for (auto& speech : speeches) {
        co_await dialogue.turn(std::move(speech));
    }
    co_await socket->close(net::CloseCode::Normal);
    co_return dialogue.outcome();
}

}  // namespace repartee::app
