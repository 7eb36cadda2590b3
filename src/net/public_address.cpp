#include "net/public_address.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace repartee::net {

namespace {

using boost::asio::ip::address_v4;
using boost::asio::ip::address_v6;

// The first `bits` bits of an address.
struct Network4 {
    std::array<std::uint8_t, 4> address;
    int bits;
};

constexpr std::array<Network4, 17> not_public{{
    {{0, 0, 0, 0}, 8},           // this network
    {{10, 0, 0, 0}, 8},          // private
    {{100, 64, 0, 0}, 10},       // behind a carrier's NAT; a cloud's metadata at 100.100.100.200
    {{127, 0, 0, 0}, 8},         // loopback
    {{168, 63, 129, 16}, 32},    // a cloud's metadata
    {{169, 254, 0, 0}, 16},      // link-local; most clouds' metadata at 169.254.169.254
    {{172, 16, 0, 0}, 12},       // private
    {{192, 0, 0, 0}, 24},        // protocol assignments; a cloud's metadata at 192.0.0.192
    {{192, 0, 2, 0}, 24},        // documentation
    {{192, 88, 99, 0}, 24},      // 6to4 relays
    {{192, 168, 0, 0}, 16},      // private
    {{198, 18, 0, 0}, 15},       // benchmarks
    {{198, 51, 100, 0}, 24},     // documentation
    {{203, 0, 113, 0}, 24},      // documentation
    {{224, 0, 0, 0}, 4},         // multicast
    {{240, 0, 0, 0}, 4},         // reserved
    {{255, 255, 255, 255}, 32},  // everybody here
}};

bool is_public(const address_v4& address) {
    return std::ranges::none_of(not_public, [&](const Network4& network) {
        auto mask = ~std::uint32_t{0} << (32 - network.bits);
        return (address.to_uint() & mask) == (address_v4(network.address).to_uint() & mask);
    });
}

// Only 2000::/3 has been given out at all.
bool is_public(const address_v6& address) {
    auto bytes = address.to_bytes();
    auto group = [&](std::size_t index) { return (bytes[2 * index] << 8) | bytes[2 * index + 1]; };
    bool unicast = (bytes[0] & 0xE0) == 0x20;
    bool special = group(0) == 0x2001 && group(1) < 0x200;  // Teredo, ORCHID, benchmarks
    bool documentation =
        (group(0) == 0x2001 && group(1) == 0xDB8) || (group(0) == 0x3FFF && group(1) < 0x1000);
    bool six_to_four = group(0) == 0x2002;
    return unicast && !special && !documentation && !six_to_four;
}

}  // namespace

bool is_public_address(const boost::asio::ip::address& address) {
    return address.is_v4() ? is_public(address.to_v4()) : is_public(address.to_v6());
}

}  // namespace repartee::net
