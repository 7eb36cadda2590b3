// What somebody's Wyoming service may answer: the first byte says whom, a voice that streams, one that is
// asked sentence by sentence, or a recogniser. Whatever comes, what is made of it keeps to the contracts, and
// ends.
#include "engines/wyoming/hearing_stream.h"
#include "engines/wyoming/offers.h"
#include "engines/wyoming/service_speech.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include <cstdint>
#include <cstdlib>

using namespace repartee;

namespace {

const std::string first = "Good morning.";
const std::string second = " How are you?";

awaitable<void> listen(engines::SpeechStream& speech) {
    std::size_t spoken = 0;
    int rate = 0;
    try {
        while (auto chunk = co_await speech.next()) {
            bool same_rate = rate == 0 || chunk->rate == rate;
            if (chunk->samples.empty() || !same_rate || chunk->spoken_bytes < spoken ||
                chunk->spoken_bytes > first.size() + second.size()) {
                std::abort();
            }
            spoken = chunk->spoken_bytes;
            rate = chunk->rate;
        }
    } catch (const Failure&) {
    }
}

awaitable<void> read(engines::RecogniserStream& hearing) {
    bool over = false;
    try {
        while (auto transcript = co_await hearing.next()) {
            if (over) {
                std::abort();
            }
            over = transcript->is_final;
        }
    } catch (const Failure&) {
    }
}

using UnixSocket = asio::basic_stream_socket<asio::local::stream_protocol, Executor>;

// There is one connection; whoever wants another is told that nobody answers.
awaitable<wyoming::Connection> connected(UnixSocket& socket) {
    if (!socket.is_open()) {
        throw Failure(ErrorKind::Unavailable, "Nobody answers there.");
    }
    StreamSocket generic(std::move(socket));
    wyoming::Connection connection(std::move(generic));
    co_return connection;
}

void look_at_offers(std::string_view bytes) {
    wyoming::EventReader reader;
    reader.push(bytes);
    for (auto event = reader.next(); event && *event; event = reader.next()) {
        for (const char* trade : {"asr", "tts"}) {
            auto offered = engines::wyoming::offered_in(**event, trade);
            engines::wyoming::names_listed(offered.models);
            engines::wyoming::language_among(offered.languages, "en-GB");
        }
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t fits_into_a_socket = 64 << 10;
    if (size == 0 || size > fits_into_a_socket) {
        return 0;
    }
    look_at_offers({reinterpret_cast<const char*>(data) + 1, size - 1});
    asio::io_context context;
    SystemClock clock;
    UnixSocket ours(context);
    UnixSocket theirs(context);
    asio::local::connect_pair(ours, theirs);
    asio::write(theirs, asio::buffer(data + 1, size - 1));
    theirs.shutdown(asio::socket_base::shutdown_send);
    auto new_errand = [&] {
        return std::make_unique<wyoming::Errand>(
            clock, [&] { return connected(ours); }, wyoming::ErrandOptions{});
    };
    if (data[0] % 3 == 0) {
        auto hearing = engines::wyoming::listen_through(new_errand, {.partials = true}, {});
        hearing->push(std::vector<audio::Sample>(160));
        hearing->finish();
        asio::co_spawn(context, read(*hearing), [&](std::exception_ptr) {
            hearing.reset();
            theirs.close();
        });
        context.run();
        return 0;
    }
    engines::wyoming::SpokenBy service{.new_errand = new_errand, .log = Log::silent()};
    auto speech = data[0] % 3 == 1 ? engines::wyoming::speak_in_one_stream(std::move(service))
                                   : engines::wyoming::speak_by_sentence(std::move(service));
    speech->say(first);
    speech->say(second);
    speech->finish();
    asio::co_spawn(context, listen(*speech), [&](std::exception_ptr) {
        speech.reset();
        theirs.close();
    });
    context.run();
    return 0;
}
