#include "app/talk.h"

#include "app/core.h"
#include "app/speech_file.h"
#include "app/time_line_chart.h"
#include "base/together.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <cstring>
#include <iostream>

namespace repartee::app {

namespace json = boost::json;

namespace {

// A browser's block is 256 ms; shorter ones let the server recognise while we still speak.
constexpr auto frame = std::chrono::milliseconds(100);
constexpr std::size_t frame_samples = audio::speech_rate / 1000 * 100;

// How long a turn may take once everything was said. A language model that is loaded from disk first
// needs its time.
constexpr auto reply_patience = std::chrono::minutes(3);

std::string websocket_url(const std::string& base) {
    auto url = base;
    if (url.starts_with("http")) {
        url.replace(0, 4, "ws");
    }
    auto scheme_end = url.find("://");
    bool has_path = scheme_end != std::string::npos && url.find('/', scheme_end + 3) != std::string::npos;
    return has_path ? url : url + "/ws";
}

std::string default_url(const ServerSettings& settings) {
    auto host = settings.host == "0.0.0.0" ? "127.0.0.1" : settings.host;
    return fmt::format("{}://{}:{}", settings.certificate_file.empty() ? "http" : "https", host,
                       settings.port);
}

std::string text_of(const json::object& message, std::string_view name) {
    auto* value = message.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string{};
}

// One dialogue with the server, turn after turn.
class Dialogue {
public:
    Dialogue(Core& core, net::WebSocket& socket, const TalkOptions& options)
        : core_(core), socket_(socket), options_(options) {}

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

    const audio::Pcm& reply() const { return reply_; }
    bool all_answered() const { return all_answered_; }

private:
    awaitable<void> send_in_real_time(const audio::Pcm& speech) {
        auto due = core_.clock.now();
        for (std::size_t at = 0; at < speech.samples.size(); at += frame_samples) {
            auto count = std::min(frame_samples, speech.samples.size() - at);
            std::string bytes(count * sizeof(audio::Sample), '\0');
            std::memcpy(bytes.data(), speech.samples.data() + at, bytes.size());
            if (!co_await socket_.send_binary(std::move(bytes))) {
                co_return;
            }
            due += frame;
            if (!options_.fast) {
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
        auto type = text_of(message, "type");
        auto event = text_of(message, "event");
        if (type == "stt") {
            auto error = text_of(message, "error");
            std::cout << "you:      " << text_of(message, "text") << (error.empty() ? "" : "(" + error + ")")
                      << "\n";
            all_answered_ = all_answered_ && error.empty();
            return !error.empty();
        }
        if (type == "llm" && event == "start") {
            std::cout << "repartee: " << std::flush;
        } else if (type == "llm" && event.empty()) {
            std::cout << text_of(message, "delta") << std::flush;
        } else if (type == "llm" && event == "end") {
            std::cout << "\n";
        } else if (type == "llm" && event == "error") {
            std::cout << "(" << text_of(message, "message") << ")\n";
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
            std::cout << "(" << text_of(message, "message") << ")\n";
            all_answered_ = false;
            return true;
        }
        return false;
    }

    Core& core_;
    net::WebSocket& socket_;
    const TalkOptions& options_;
    audio::Pcm reply_;
    bool all_answered_ = true;
};

awaitable<std::vector<audio::Pcm>> prepare(Core& core, const TalkOptions& options) {
    std::vector<audio::Pcm> speeches;
    for (const auto& sentence : options.sentences) {
        Voice voice;
        speeches.push_back(co_await synthesise(core, sentence, std::move(voice)));
    }
    for (const auto& file : options.files) {
        speeches.push_back(co_await load_speech(core, file));
    }
    co_return speeches;
}

awaitable<void> converse(Core& core, const Settings& settings, const TalkOptions& options,
                         bool& all_answered) {
    auto speeches = co_await prepare(core, options);
    auto url = websocket_url(options.url.empty() ? default_url(settings.server) : options.url);
    auto socket = co_await core.http.connect(url);
    Dialogue dialogue(core, *socket, options);
    co_await dialogue.open();
    for (auto& speech : speeches) {
        co_await dialogue.turn(std::move(speech));
    }
    co_await socket->close(net::CloseCode::Normal);
    if (!dialogue.reply().samples.empty()) {
        save_wav(dialogue.reply(), options.output);
        auto seconds = static_cast<double>(dialogue.reply().samples.size()) / dialogue.reply().rate;
        std::cout << fmt::format("The spoken reply is in {} ({:.1f} s).\n", options.output.string(), seconds);
        if (options.play) {
            play_wav(options.output);
        }
    }
    all_answered = dialogue.all_answered();
}

}  // namespace

int talk(const Settings& settings, Parts& parts, const TalkOptions& options) {
    LogOptions quiet = log_options(settings.log);
    quiet.level = std::max(quiet.level, LogLevel::Warning);
    Core core(settings, parts, Log(quiet), options.authority_file);
    bool all_answered = false;
    core.run(converse(core, settings, options, all_answered));
    return all_answered ? 0 : 1;
}

}  // namespace repartee::app
