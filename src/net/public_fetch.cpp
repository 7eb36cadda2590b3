#include "net/public_fetch.h"

#include "base/together.h"
#include "net/client_url.h"
#include "net/header_values.h"

#include <boost/url/parse.hpp>
#include <boost/url/url.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

namespace repartee::net {

namespace {

constexpr std::uint16_t first_unprivileged_port = 1024;

// Those below are for other protocols, which a request could be taken for.
bool is_web_port(std::uint16_t port) {
    return port == 80 || port == 443 || port >= first_unprivileged_port;
}

void check_place(const std::string& url) {
    auto parsed = parse_http_url(url).value();
    if (!is_web_port(parsed.port)) {
        throw Failure(ErrorKind::Forbidden, fmt::format("{} is no place for web pages.", parsed.place()));
    }
}

bool sends_us_on(int status) {
    constexpr auto kinds = std::to_array({301, 302, 303, 307, 308});
    return std::ranges::find(kinds, status) != kinds.end();
}

std::string resolved(const std::string& url, std::string_view location) {
    auto base = boost::urls::parse_uri(url);
    auto reference = boost::urls::parse_uri_reference({location.data(), location.size()});
    boost::urls::url target;
    if (!base || !reference || !boost::urls::resolve(*base, *reference, target)) {
        throw Failure(ErrorKind::Unsupported, "The page sends us on to an address that is none.");
    }
    target.remove_fragment();
    return std::string(target.buffer());
}

std::string lower_case(std::string_view text) {
    std::string result(text);
    std::ranges::transform(result, result.begin(), lower);
    return result;
}

std::string_view without_blanks(std::string_view text) {
    constexpr std::string_view blanks = " \t\"";
    auto begin = text.find_first_not_of(blanks);
    return begin == text.npos ? std::string_view()
                              : text.substr(begin, text.find_last_not_of(blanks) + 1 - begin);
}

// "text/html; charset=utf-8"
void read_type(std::string_view value, PublicPage& page) {
    page.type = lower_case(without_blanks(value.substr(0, value.find(';'))));
    constexpr std::string_view name = "charset=";
    auto parameters = lower_case(value);
    if (auto at = parameters.find(name); at != parameters.npos) {
        auto rest = std::string_view(parameters).substr(at + name.size());
        page.charset = without_blanks(rest.substr(0, rest.find(';')));
    }
}

void check_answer(const ClientReply& reply, const PublicFetch& wanted, PublicPage& page) {
    auto status = reply.status();
    if (status == 404 || status == 410) {
        throw Failure(ErrorKind::NotFound, "There is no such page.");
    }
    if (status != 200) {
        throw Failure(ErrorKind::ProviderBroke, fmt::format("The page cannot be had: status {}.", status));
    }
    if (auto coding = reply.headers().get("Content-Encoding");
        coding && !equal_without_case(*coding, "identity")) {
        throw Failure(ErrorKind::Unsupported, "The page comes in a form that nobody asked for.");
    }
    read_type(reply.headers().get("Content-Type").value_or(""), page);
    bool fits = std::ranges::any_of(wanted.types, [&](const std::string& type) {
        return type.ends_with('/') ? page.type.starts_with(type) : page.type == type;
    });
    if (!fits) {
        throw Failure(ErrorKind::Unsupported,
                      page.type.empty() ? std::string("What is there does not say what it is.")
                                        : std::string("What is there is no text that can be read."));
    }
}

awaitable<PublicPage> fetch_following(HttpClient& http, PublicFetch wanted) {
    PublicPage page{.url = std::move(wanted.url), .type = {}, .charset = {}, .body = {}};
    for (int redirects = 0;; ++redirects) {
        check_place(page.url);
        ClientRequest request;
        request.url = page.url;
        request.headers = {{"Accept", "text/html, text/plain, application/json, text/*;q=0.8"}};
        request.body_limit = wanted.body_limit;
        request.only_to = wanted.only_to;
        auto asking = http.send(std::move(request));
        auto reply = co_await std::move(asking);
        if (sends_us_on(reply->status())) {
            if (redirects == wanted.most_redirects) {
                throw Failure(ErrorKind::Unsupported, "The page sends us from one address to the next.");
            }
            page.url = resolved(page.url, reply->headers().get("Location").value_or(""));
            continue;
        }
        check_answer(*reply, wanted, page);
        while (auto piece = co_await reply->next()) {
            page.body += *piece;
        }
        co_return page;
    }
}

}  // namespace

awaitable<PublicPage> fetch_public(HttpClient& http, Clock& clock, PublicFetch wanted) {
    Error late{ErrorKind::ProviderLate, "The page takes too long to come.", {}};
    auto limit = wanted.time_limit;
    auto fetching = fetch_following(http, std::move(wanted));
    co_return co_await with_deadline(clock, limit, std::move(fetching), std::move(late));
}

}  // namespace repartee::net
