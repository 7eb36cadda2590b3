// Any text is refused as a token with the same words, also where a good signature stands behind whatever
// header and payload; and what is accepted is good and can be written again. Sealed text and base64, too, are
// ours or an error.
#include "accounts/base64url.h"
#include "accounts/key_material.h"
#include "accounts/sealed_text.h"
#include "accounts/token.h"

#include <cstdint>
#include <cstdlib>

using namespace repartee::accounts;

namespace {

constexpr std::int64_t now_s = 1'700'000'000;
const repartee::WallTime now{std::chrono::seconds(now_s)};
const repartee::Secret key("the secret of the fuzz target");

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void check(std::string_view token) {
    const auto claims = read_token(token, key, now);
    if (!claims) {
        require(claims.error().message == "Could not validate credentials");
        require(claims.error().kind == repartee::ErrorKind::Unauthenticated);
        return;
    }
    require(token.size() <= largest_token && !claims->subject.empty());
    require(claims->expires_at > now_s);
    require(claims->issued_at.value_or(0) <= now_s + clock_difference.count());
    const auto again = read_token(make_token(*claims, key), key, now);
    require(again && again->subject == claims->subject && again->expires_at == claims->expires_at &&
            again->issued_at == claims->issued_at && again->version == claims->version &&
            again->user == claims->user);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    check(text);

    // The first line as a header, the rest as the claims.
    const auto line = std::min(text.find('\n'), text.size());
    const auto rest = text.substr(std::min(line + 1, text.size()));
    const auto signed_part = to_base64url(text.substr(0, line)) + "." + to_base64url(rest);
    const auto signature = SigningKey(key).code_of(signed_part);
    check(signed_part + "." + to_base64url(signature));

    if (const auto bytes = from_base64url(text)) {
        require(to_base64url(*bytes) == text);
    }
    require(from_base64url(to_base64url(text)) == text);

    static const SealingKey sealing(key);
    require(!sealing.open(text, "somebody"));
    return 0;
}
