// What a worker may be sent: events of the Wyoming protocol, well formed or not, with files or rubbish
// in them. Whatever comes, it is answered or refused, and the decoder behind it stays whole.
#include "workers/decode/service.h"

#include <cstdint>
#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

using namespace repartee;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::size_t fits_into_a_socket = 64 << 10;
    if (size > fits_into_a_socket) {
        return 0;
    }
    int ends[2] = {};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends) != 0) {
        return 0;
    }
    if (::write(ends[0], data, size) == static_cast<ssize_t>(size)) {
        ::shutdown(ends[0], SHUT_WR);
        workers::Wire wire(ends[1]);
        try {
            while (auto event = wire.read()) {
                workers::decode::serve(wire, *event);
            }
        } catch (const Failure&) {
        }
    }
    ::close(ends[0]);
    ::close(ends[1]);
    return 0;
}
