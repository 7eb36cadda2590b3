// For tests: other people's Wyoming services as their clients see them, on a free loopback port. Plays one
// story for each connection, and remembers what it heard. Lives on the test's own loop; no threads.
#pragma once

#include "audio/level.h"
#include "audio/pcm.h"
#include "base/async.h"
#include "base/sockets.h"
#include "wyoming/connection.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

#include <cmath>
#include <cstring>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::engines::wyoming {

// One connection, as its story sees it.
struct ServiceTalk {
    explicit ServiceTalk(StreamSocket socket) : connection(std::move(socket)) {}

    repartee::wyoming::Connection connection;
    std::vector<repartee::wyoming::Event> heard;
    bool gone = false;  // the client has closed the connection

    // The next event; nothing when the client has gone.
    awaitable<std::optional<repartee::wyoming::Event>> hear() {
        auto event = co_await connection.receive();
        if (event) {
            heard.push_back(*event);
        } else {
            gone = true;
        }
        co_return event;
    }

    // Everything up to an event of this type, or to the client's end.
    awaitable<std::optional<repartee::wyoming::Event>> hear_until(std::string type) {
        for (;;) {
            auto event = co_await hear();
            if (!event || event->type == type) {
                co_return event;
            }
        }
    }

    // To a client that has gone nothing is said any more: Asio would wait for ever to write to it again.
    awaitable<void> say(repartee::wyoming::Event event) {
        if (!gone) {
            gone = !co_await connection.send(std::move(event));
        }
    }

    // "synthesize-start synthesize-chunk ..."
    std::string types_heard() const {
        std::string types;
        for (const auto& event : heard) {
            types += (types.empty() ? "" : " ") + event.type;
        }
        return types;
    }
    // The texts of all events of a type.
    std::vector<std::string> texts_heard(std::string_view type) const {
        std::vector<std::string> texts;
        for (const auto& event : heard) {
            if (event.type == type) {
                texts.emplace_back(event.text("text").value_or(""));
            }
        }
        return texts;
    }
};

class ServicePeer {
public:
    using Talk = std::shared_ptr<ServiceTalk>;
    using Story = std::function<awaitable<void>(Talk)>;

    explicit ServicePeer(const Executor& executor)
        : acceptor_(executor, {asio::ip::address_v4::loopback(), 0}) {
        asio::co_spawn(executor, accept(), asio::detached);  // ends with the test's loop
    }

    std::string uri() const { return fmt::format("tcp://127.0.0.1:{}", acceptor_.local_endpoint().port()); }

    // One for each connection, in order; the last one again and again.
    std::deque<Story> stories;
    std::vector<Talk> talks;

private:
    awaitable<void> accept() {
        for (;;) {
            auto socket = co_await acceptor_.async_accept(use_awaitable);
            socket.set_option(asio::ip::tcp::no_delay(true));
            auto talk = std::make_shared<ServiceTalk>(StreamSocket(std::move(socket)));
            talks.push_back(talk);
            auto story = stories.front();
            if (stories.size() > 1) {
                stories.pop_front();
            }
            asio::co_spawn(acceptor_.get_executor(), play(std::move(story), std::move(talk)), asio::detached);
        }
    }

    // Closes behind the story. One that is surprised is over.
    static awaitable<void> play(Story story, Talk talk) {
        try {
            co_await story(talk);
        } catch (const Failure&) {
        }
        talk->connection.close();
    }

    TcpAcceptor acceptor_;
};

// --- what such services say ---

inline boost::json::object offered_model(std::string_view name, std::vector<std::string> languages,
                                         bool installed = true) {
    return {{"name", name},
            {"attribution", boost::json::object{{"name", "somebody"}, {"url", "http://localhost"}}},
            {"installed", installed},
            {"description", nullptr},
            {"version", nullptr},
            {"languages", boost::json::array(languages.begin(), languages.end())},
            {"speakers", nullptr}};
}

// `info` with one program; `trade`: "asr" or "tts".
inline repartee::wyoming::Event info_of(std::string_view trade, std::string_view name,
                                        boost::json::array models, bool streams) {
    bool recognises = trade == "asr";
    auto program = offered_model(name, {});
    program[recognises ? "models" : "voices"] = std::move(models);
    program[recognises ? "supports_transcript_streaming" : "supports_synthesize_streaming"] = streams;
    repartee::wyoming::Event info{.type = "info", .data = {{"asr", boost::json::array()}}};
    info.data[trade] = boost::json::array{std::move(program)};
    return info;
}

inline boost::json::object sound_format(int rate) {
    return {{"rate", rate}, {"width", 2}, {"channels", 1}, {"timestamp", nullptr}};
}

// A voice that hums for 60 ms a character, in pieces of 1024 samples as Piper's are.
inline awaitable<void> hum(ServicePeer::Talk talk, std::string text, int rate) {
    repartee::wyoming::Event start{.type = "audio-start", .data = sound_format(rate)};
    co_await talk->say(std::move(start));
    for (auto left = text.size() * static_cast<std::size_t>(rate) * 60 / 1000; left > 0;) {
        auto piece = std::min<std::size_t>(left, 1024);
        repartee::wyoming::Event chunk{
            .type = "audio-chunk", .data = sound_format(rate), .payload = std::string(2 * piece, '\1')};
        co_await talk->say(std::move(chunk));
        left -= piece;
    }
    repartee::wyoming::Event stop{.type = "audio-stop", .data = {{"timestamp", nullptr}}};
    co_await talk->say(std::move(stop));
}

// Text without the spaces around it; what is left of Piper's own trimming.
inline std::string stripped(std::string_view text) {
    auto begin = text.find_first_not_of(" \r\n\t");
    return begin == std::string_view::npos
               ? std::string()
               : std::string(text.substr(begin, text.find_last_not_of(" \r\n\t") - begin + 1));
}

// Speaks as Piper does: sentence by sentence where the text streams, a sentence ending where the next begins
// or at a blank line; and once it has been streamed to, it passes over `synthesize`.
inline awaitable<void> speak_like_piper(ServicePeer::Talk talk, bool streams, int rate) {
    bool streaming = false;
    std::string pending;
    while (auto event = co_await talk->hear()) {
        std::string text(event->text("text").value_or(""));
        if (event->type == "describe") {
            auto info =
                info_of("tts", "piper",
                        {offered_model("amy", {"en_GB"}), offered_model("thorsten", {"de_DE"})}, streams);
            co_await talk->say(std::move(info));
        } else if (event->type == "synthesize" && !streaming) {
            co_await hum(talk, text, rate);
        } else if (event->type == "synthesize-start" && streams) {
            streaming = true;
            pending.clear();
        } else if (event->type == "synthesize-chunk" && streaming) {
            pending += text;
            for (auto end = pending.find("\n\n"); end != std::string::npos; end = pending.find("\n\n")) {
                auto sentence = stripped(pending.substr(0, end));
                pending.erase(0, end + 2);
                if (!sentence.empty()) {
                    co_await hum(talk, sentence, rate);
                }
            }
        } else if (event->type == "synthesize-stop" && streaming) {
            if (auto rest = stripped(pending); !rest.empty()) {
                co_await hum(talk, rest, rate);
            }
            repartee::wyoming::Event stopped{.type = "synthesize-stopped"};
            co_await talk->say(std::move(stopped));
        }
    }
}

inline awaitable<void> streaming_piper(ServicePeer::Talk talk) {
    co_await speak_like_piper(std::move(talk), true, 22'050);
}
inline awaitable<void> older_piper(ServicePeer::Talk talk) {
    co_await speak_like_piper(std::move(talk), false, 22'050);
}

inline bool is_loud(std::string_view bytes) {
    std::vector<audio::Sample> samples(bytes.size() / sizeof(audio::Sample));
    std::memcpy(samples.data(), bytes.data(), samples.size() * sizeof(audio::Sample));
    return audio::rms(samples) > 0.01F;
}

// Understands everything loud as the same words, and tells them while they come. Closes behind its
// transcript, as faster-whisper does.
inline awaitable<void> listen_like_whisper(ServicePeer::Talk talk) {
    const std::vector<std::string> words{"what", " time", " is", " it"};
    std::size_t told = 0;
    bool loud = false;
    repartee::wyoming::Event begun{.type = "transcript-start"};
    while (auto event = co_await talk->hear()) {
        if (event->type == "describe") {
            auto info =
                info_of("asr", "whisper",
                        {offered_model("tiny", {"en", "pt-BR"}), offered_model("big", {"de"}, false)}, true);
            co_await talk->say(std::move(info));
        } else if (event->type == "transcribe") {
            co_await talk->say(begun);
        } else if (event->type == "audio-chunk") {
            loud = loud || is_loud(event->payload);
            if (loud && told < words.size()) {
                repartee::wyoming::Event word{.type = "transcript-chunk", .data = {{"text", words[told++]}}};
                co_await talk->say(std::move(word));
            }
        } else if (event->type == "audio-stop") {
            repartee::wyoming::Event transcript{
                .type = "transcript",
                .data = {{"text", loud ? "what time is it" : ""}, {"language", nullptr}}};
            co_await talk->say(std::move(transcript));
            repartee::wyoming::Event end{.type = "transcript-stop"};
            co_await talk->say(std::move(end));
            co_return;
        }
    }
}

}  // namespace repartee::engines::wyoming
