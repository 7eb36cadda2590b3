// What a worker, or anybody in its place, may answer: the voice that listens to it gives sound in order,
// never claims more text than was said, and ends.
#include "engines/wyoming/speech_stream.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/connect_pair.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/write.hpp>

#include <cstdint>
#include <cstdlib>

using namespace repartee;

namespace {

const std::string sentence = "Good morning.";

awaitable<void> listen(engines::SpeechStream& speech) {
    std::size_t spoken = 0;
    try {
        while (auto chunk = co_await speech.next()) {
            if (chunk->samples.empty() || chunk->spoken_bytes < spoken ||
                chunk->spoken_bytes > sentence.size()) {
                std::abort();
            }
            spoken = chunk->spoken_bytes;
        }
    } catch (const Failure&) {
    }
}

using UnixSocket = asio::basic_stream_socket<asio::local::stream_protocol, Executor>;

awaitable<wyoming::Connection> connected(UnixSocket& socket) {
    StreamSocket generic(std::move(socket));
    wyoming::Connection connection(std::move(generic));
    co_return connection;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t fits_into_a_socket = 64 << 10;
    if (size > fits_into_a_socket) {
        return 0;
    }
    asio::io_context context;
    SystemClock clock;
    UnixSocket ours(context);
    UnixSocket theirs(context);
    asio::local::connect_pair(ours, theirs);
    asio::write(theirs, asio::buffer(data, size));
    theirs.shutdown(asio::socket_base::shutdown_send);
    auto errand =
        std::make_unique<wyoming::Errand>(clock, [&] { return connected(ours); }, wyoming::ErrandOptions{});
    auto speech = engines::wyoming::speak_through(std::move(errand), {}, {});
    speech->say(sentence);
    speech->finish();
    asio::co_spawn(context, listen(*speech), [&](std::exception_ptr) {
        speech.reset();
        theirs.close();
    });
    context.run();
    return 0;
}
