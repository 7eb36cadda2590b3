#include "app/succession_line.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/read_until.hpp>
#include <boost/asio/write.hpp>

#include <algorithm>
#include <cerrno>
#include <fcntl.h>
#include <sys/socket.h>
#include <system_error>

namespace repartee::app {

namespace {

// Bytes of a line, for words that are said and for those that are told: the longest of these is what became
// of a recording.
constexpr std::size_t most_to_say = 4096;
constexpr std::size_t most_to_tell = 1 << 20;

std::string one_line(std::string words, std::size_t most) {
    words.resize(std::min(words.size(), most - 1));
    std::ranges::replace(words, '\n', ' ');
    return words + '\n';
}

}  // namespace

Result<std::pair<Descriptor, Descriptor>> SuccessionLine::make() {
    int ends[2] = {-1, -1};
    if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        return Error{ErrorKind::Unavailable, "The server has no descriptors left.",
                     std::system_category().message(errno)};
    }
    return std::pair(Descriptor(ends[0]), Descriptor(ends[1]));
}

SuccessionLine::SuccessionLine(const Executor& executor, Descriptor end) : socket_(executor) {
    boost::system::error_code error;
    socket_.assign(asio::generic::stream_protocol(AF_UNIX, 0), end.get(), error);
    if (!error) {
        [[maybe_unused]] auto its_own_now = end.release();
    }
}

Descriptor SuccessionLine::part() {
    return Descriptor(::fcntl(socket_.native_handle(), F_DUPFD_CLOEXEC, 0));
}

void SuccessionLine::say(std::string_view words) {
    auto line = one_line(std::string(words), most_to_say);
    [[maybe_unused]] const auto sent =
        ::send(socket_.native_handle(), line.data(), line.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
}

awaitable<void> SuccessionLine::tell(std::string words) {
    auto line = one_line(std::move(words), most_to_tell);
    auto [error, size] =
        co_await asio::async_write(socket_, asio::buffer(line), asio::as_tuple(use_awaitable));
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
    }
}

awaitable<std::optional<std::string>> SuccessionLine::next() {
    if (has_ended_) {
        co_return std::nullopt;  // Asio would wait for more (docs/hazards.md)
    }
    auto [error, size] = co_await asio::async_read_until(socket_, asio::dynamic_buffer(heard_, most_to_tell),
                                                         '\n', asio::as_tuple(use_awaitable));
    if (error == asio::error::operation_aborted) {
        throw boost::system::system_error(error);
    }
    if (error) {
        has_ended_ = true;
        co_return std::nullopt;
    }
    std::string line = heard_.substr(0, size - 1);
    heard_.erase(0, size);
    co_return line;
}

}  // namespace repartee::app
