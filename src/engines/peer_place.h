// Where a peer of ours lives, judged by its address alone. Used by the engines over the network to say
// whether what users say leaves the house. Pure; nothing is looked up.
#pragma once

#include "engines/engine.h"

#include <boost/asio/ip/address.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <string>
#include <string_view>

namespace repartee::engines {

namespace detail {

inline bool is_private(const boost::asio::ip::address_v4& address) {
    auto bits = address.to_uint();
    return address.is_loopback() || (bits >> 24) == 10 || (bits >> 20) == 0xAC1 || (bits >> 16) == 0xC0A8 ||
           (bits >> 16) == 0xA9FE;
}

inline bool is_private(const boost::asio::ip::address& address) {
    if (address.is_v4()) {
        return is_private(address.to_v4());
    }
    auto v6 = address.to_v6();
    if (v6.is_v4_mapped()) {
        return is_private(boost::asio::ip::make_address_v4(boost::asio::ip::v4_mapped, v6));
    }
    return v6.is_loopback() || v6.is_link_local() || (v6.to_bytes()[0] & 0xFE) == 0xFC;
}

}  // namespace detail

// Local for this machine, a private network's address, and names that only such a network resolves:
// "localhost", one without a dot (a container, say), and those that end in .local, .lan, .internal or
// .home.arpa. Everything else, nonsense included, counts as Cloud: the answer that protects.
inline Place place_of(std::string_view url) {
    auto parsed = boost::urls::parse_uri(url);
    if (!parsed || parsed->host_address().empty()) {
        return Place::Cloud;
    }
    auto host = parsed->host_address();
    boost::system::error_code not_an_address;
    auto address = boost::asio::ip::make_address(host, not_an_address);
    if (!not_an_address) {
        return detail::is_private(address) ? Place::Local : Place::Cloud;
    }
    for (auto& c : host) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    for (std::string_view suffix : {".localhost", ".local", ".lan", ".internal", ".home.arpa"}) {
        if (host.ends_with(suffix)) {
            return Place::Local;
        }
    }
    return host.find('.') == std::string::npos ? Place::Local : Place::Cloud;
}

}  // namespace repartee::engines
