// Asio's sockets on our executor (base/async.h).
#pragma once

#include "base/async.h"

#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/ip/tcp.hpp>

namespace repartee {

using TcpSocket = asio::basic_stream_socket<asio::ip::tcp, Executor>;
using TcpAcceptor = asio::basic_socket_acceptor<asio::ip::tcp, Executor>;
using TcpResolver = asio::ip::basic_resolver<asio::ip::tcp, Executor>;
// TCP or Unix.
using StreamSocket = asio::basic_stream_socket<asio::generic::stream_protocol, Executor>;

}  // namespace repartee
