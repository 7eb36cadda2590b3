#include "stores/milvus/milvus_address.h"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <cstdint>

namespace repartee::stores::milvus {

namespace {

constexpr std::string_view usual_port = "19530";

// Milvus takes 255; ours have dimension and embedder behind them.
constexpr std::size_t longest_beginning = 200;

Error not_an_address(std::string why) {
    return {ErrorKind::Unprocessable, std::move(why), {}};
}

bool is_port(const std::string& text) {
    std::uint16_t number = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() && number > 0;
}

bool is_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') || letter == '_';
}

}  // namespace

Result<Address> parse_address(const std::string& url) {
    Address address;
    if (url.empty()) {
        return address;
    }
    const auto parsed = boost::urls::parse_uri(url);
    if (!parsed) {
        return not_an_address("it is no URL like http://localhost:19530");
    }
    const auto& parts = *parsed;
    std::string scheme(parts.scheme());
    std::ranges::transform(scheme, scheme.begin(),
                           [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
    if (scheme != "http" && scheme != "https") {
        return not_an_address("Milvus is asked over http:// or https://");
    }
    if (parts.encoded_host().empty()) {
        return not_an_address("it names no host");
    }
    if (parts.has_query() || parts.has_fragment()) {
        return not_an_address("it goes on behind the database: http://host:19530/database");
    }
    std::string port(parts.port());
    if (parts.has_port() && !is_port(port)) {
        return not_an_address("its port is no number from 1 to 65535");
    }
    if (port.empty()) {
        // Managed clusters are at the scheme's own.
        port = scheme == "https" ? "443" : usual_port;
    }
    std::string database(parts.encoded_path());
    while (database.ends_with('/')) {
        database.pop_back();
    }
    if (!database.empty()) {
        database.erase(0, 1);
    }
    if (!std::ranges::all_of(
            database, [](char letter) { return is_letter(letter) || (letter >= '0' && letter <= '9'); })) {
        return not_an_address("the name of its database has more in it than letters, digits and _");
    }
    const std::string host(parts.encoded_host());
    address.place = fmt::format("{}:{}", host, port);
    address.origin = fmt::format("{}://{}", scheme, address.place);
    address.database = std::move(database);
    if (const std::string user = parts.user(); !user.empty()) {
        // Alone it is an API key.
        address.token = Secret(parts.has_password() ? user + ":" + parts.password() : user);
    }
    return address;
}

std::string fault_of_collection(const std::string& name) {
    if (name.empty() || name.size() > longest_beginning) {
        return fmt::format("it must have 1 to {} letters, digits and _", longest_beginning);
    }
    const bool begins_well = is_letter(name.front());
    const bool goes_on_well = std::ranges::all_of(
        name, [](char letter) { return is_letter(letter) || (letter >= '0' && letter <= '9'); });
    return begins_well && goes_on_well
               ? std::string()
               : "it must begin with a letter or _, and go on with letters, digits and _";
}

}  // namespace repartee::stores::milvus
