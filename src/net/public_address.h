// Which addresses are somebody's out on the Internet, and not ours.
#pragma once

#include <boost/asio/ip/address.hpp>

namespace repartee::net {

// For what a stranger may make us ask: false for this machine, this house and its neighbours (loopback,
// private, link-local, carrier-grade NAT), multicast, reserved and documentation networks, the forms of IPv6
// that lead to IPv4 (mapped, NAT64, 6to4, Teredo), and where clouds keep their metadata. Pure.
bool is_public_address(const boost::asio::ip::address& address);

}  // namespace repartee::net
