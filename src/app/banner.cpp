#include "app/banner.h"

#include "app/tool_servers.h"

#include <boost/asio/ip/address.hpp>
#include <fmt/format.h>

#include <arpa/inet.h>
#include <ifaddrs.h>
#include <memory>
#include <net/if.h>
#include <netinet/in.h>

namespace repartee::app {

namespace {

std::string url_of(bool secure, std::string_view address, std::uint16_t port) {
    bool is_v6 = address.find(':') != std::string_view::npos;
    return fmt::format("{}://{}{}{}:{}", secure ? "https" : "http", is_v6 ? "[" : "", address,
                       is_v6 ? "]" : "", port);
}

const engines::Verdict* in_use(const engines::Hall::Trade& trade) {
    for (const auto& verdict : trade.verdicts) {
        if (verdict.in_use) {
            return &verdict;
        }
    }
    return nullptr;
}

void print_trades(std::ostream& out, const engines::Hall& hall) {
    for (const auto& trade : hall.trades()) {
        const auto* chosen = in_use(trade);
        if (chosen == nullptr) {
            continue;
        }
        out << fmt::format("  {:<12} {:<12} {}{}\n", trade.name, chosen->engine.kind,
                           chosen->health.usable ? "" : "NOT USABLE: ", chosen->health.reason);
        if (!chosen->health.usable && !chosen->health.advice.empty()) {
            out << fmt::format("  {:<12} {:<12} -> {}\n", "", "", chosen->health.advice);
        }
        for (const auto& other : trade.verdicts) {
            if (!other.in_use && !other.health.usable) {
                out << fmt::format("  {:<12} {:<12} not {}: {}\n", "", "", other.engine.kind,
                                   other.health.reason);
                if (!other.health.advice.empty()) {
                    out << fmt::format("  {:<12} {:<12} -> {}\n", "", "", other.health.advice);
                }
            }
        }
    }
}

}  // namespace

std::vector<std::string> network_addresses() {
    std::vector<std::string> addresses;
    ifaddrs* list = nullptr;
    if (getifaddrs(&list) != 0) {
        return addresses;
    }
    std::unique_ptr<ifaddrs, decltype(&freeifaddrs)> owner(list, &freeifaddrs);
    for (auto* entry = list; entry != nullptr; entry = entry->ifa_next) {
        bool usable = entry->ifa_addr != nullptr && (entry->ifa_flags & IFF_UP) != 0 &&
                      (entry->ifa_flags & IFF_LOOPBACK) == 0;
        if (usable && entry->ifa_addr->sa_family == AF_INET) {
            char text[INET_ADDRSTRLEN] = {};
            inet_ntop(AF_INET, &reinterpret_cast<sockaddr_in*>(entry->ifa_addr)->sin_addr, text, sizeof text);
            addresses.emplace_back(text);
        }
    }
    return addresses;
}

Banner make_banner(const Settings& settings, const net::Endpoint& endpoint, const std::string& program) {
    bool secure = !settings.server.certificate_file.empty();
    Banner banner{.secure = secure};
    auto address = asio::ip::make_address(endpoint.address);
    banner.others_can_reach_us = !address.is_loopback();
    if (address.is_unspecified()) {
        banner.urls.push_back(url_of(secure, "127.0.0.1", endpoint.port));
        for (const auto& each : network_addresses()) {
            banner.urls.push_back(url_of(secure, each, endpoint.port));
        }
    } else {
        banner.urls.push_back(url_of(secure, endpoint.address, endpoint.port));
    }
    // `talk` finds a server at the default address by itself.
    bool is_default = !secure && banner.urls.front() == "http://127.0.0.1:8000";
    banner.try_first = fmt::format("{} talk --say \"what time is it\"{}", program,
                                   is_default ? "" : " --url " + banner.urls.front());
    return banner;
}

void print_addresses(std::ostream& out, const Banner& banner) {
    out << "\nrepartee is listening\n";
    for (const auto& url : banner.urls) {
        out << "  " << url << "\n";
    }
    if (banner.others_can_reach_us && !banner.secure) {
        out << "  Others on the network can reach it. Browsers give a microphone only to https pages:\n"
               "  set CERT_FILE and KEY_FILE for that.\n";
    }
    out << std::flush;
}

void print_engines(std::ostream& out, const engines::Hall& hall) {
    print_trades(out, hall);
    for (const auto& decoder : hall.decoders()) {
        if (!decoder.health.usable) {
            out << fmt::format("  {:<12} {:<12} NOT USABLE: {}\n  {:<12} {:<12} -> {}\n", "decoder",
                               decoder.engine.kind, decoder.health.reason, "", "", decoder.health.advice);
        }
    }
}

void print_engines(std::ostream& out, const Banner& banner, const engines::Hall& hall,
                   const devices::RobotState& robot,
                   const std::vector<mcp::client::PeerState>& tool_servers) {
    out << "\nEngines\n";
    print_engines(out, hall);
    if (robot.configured) {
        out << fmt::format("  {:<12} {}{}{}\n", "robot", robot.name, robot.detail.empty() ? "" : ": ",
                           robot.detail);
    }
    for (const auto& server : tool_servers) {
        out << fmt::format("  {:<12} {}\n", "tools", in_words(server));
    }
    out << "\nTry it: open " << banner.urls.front() << " in a browser, or in another terminal,\n"
        << "  " << banner.try_first << "\n\n"
        << std::flush;
}

}  // namespace repartee::app
