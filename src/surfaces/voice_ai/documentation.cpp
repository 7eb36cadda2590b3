#include "surfaces/voice_ai/documentation.h"

#include "net/static_files.h"
#include "surfaces/voice_ai/openapi.h"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>
#include <openssl/evp.h>

#include <array>
#include <embedded/docs_viewer.h>
#include <memory>

namespace repartee::surfaces::voice_ai {

namespace {

// All that the page loads is this server's own. `data:` are the viewer's icons, within its style sheet.
constexpr auto page_policy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

struct Document {
    std::string text;
    std::string tag;
};

// Such as goes into an ETag.
std::string sum_of(std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    EVP_Digest(text.data(), text.size(), digest.data(), nullptr, EVP_sha256(), nullptr);
    std::string sum;
    for (std::size_t i = 0; i < 10; ++i) {
        sum += fmt::format("{:02x}", digest[i]);
    }
    return sum;
}

awaitable<net::Response> show(std::shared_ptr<const Document> document, const net::Request& request) {
    net::StaticFile file{.path = "openapi.json", .bytes = document->text, .gzip = {}, .tag = document->tag};
    co_return net::file_response(request, file);
}

}  // namespace

void add_documentation(net::Router& router) {
    Document described{.text = boost::json::serialize(openapi(operations(), tags(), components()))};
    described.tag = sum_of(described.text);
    // Shared by the copies of the handler that the router makes.
    auto document = std::make_shared<const Document>(std::move(described));
    router.get(std::string(prefix) + "/openapi.json",
               [document](const net::Request& request) { return show(document, request); });

    net::Headers headers{{"Content-Security-Policy", page_policy}, {"Referrer-Policy", "no-referrer"}};
    net::add_static_files(router, "/docs", embedded::docs_viewer(), {.headers = std::move(headers)});
}

}  // namespace repartee::surfaces::voice_ai
