// Somebody whom we ask over the network with a key: where they are, how they turn us down, and how to say
// so to people. Used by the engines over the network.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/secret.h"
#include "engines/engine.h"
#include "net/http_client.h"

#include <atomic>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::engines {

struct Provider {
    std::string name;          // "Cartesia"
    std::string base_url;      // http(s) or ws(s), as the settings have it
    std::string key_variable;  // "CARTESIA_API_KEY"
    Secret key;
};

// The base with another path behind it: "https://api.cartesia.ai/" and "/voices". A base without a scheme
// is secure unless it is on this machine or in the house.
std::string http_url(std::string_view base, std::string_view path);
std::string socket_url(std::string_view base, std::string_view path);

// A value of a query: everything but letters, digits and "-._~" in percent code.
std::string query_value(std::string_view text);

// Missing where the provider is somewhere else and wants one; at home mostly none is needed.
bool lacks_key(const Provider& provider);
Error missing_key(const Provider& provider);
Health health_without_key(const Provider& provider);

// What a status of theirs means for the turn. `complaint` is what they said; the key is taken out of it,
// and from answers that are about the key nothing is repeated at all.
//   Unavailable     the key, the balance, the settings: it will not get better by asking again
//   Busy            another time (429, 503)
//   TooLarge        the recording
//   ProviderBroke   they failed
Error refusal(const Provider& provider, int status, std::string_view complaint);

// What a JSON or plain-text body complains about: OpenAI's {"error":{"message"}}, FastAPI's {"detail"},
// Cartesia's {"message"} or {"error"}, Soniox's {"error_message"}; of HTML nothing.
std::string complaint_in(std::string_view body);

// When the provider last did what it should. Spares it questions that only ask whether it is there. Any
// thread.
class Proof {
public:
    void renew(TimePoint now) { at_ = now; }
    void lose() { at_ = TimePoint::min(); }
    bool holds(TimePoint now) const { return now < at_.load() + lifetime; }

private:
    static constexpr Duration lifetime = 5 * 60s;
    std::atomic<TimePoint> at_{TimePoint::min()};
};

Health health_when_there(const Provider& provider, std::string_view model);
Health health_after(const Provider& provider, const Error& failure);

// Whether a second attempt could go better, provided that nothing was lost by the first.
bool may_pass(ErrorKind kind);

// A refusal, as HTTP has it.
class Refused : public Failure {
public:
    Refused(const Provider& provider, int status, const net::Headers& headers, std::string_view body);

    int status() const noexcept { return status_; }
    const std::string& complaint() const noexcept { return complaint_; }
    // When to come back, if that is soon enough to wait for (short_wait.h).
    std::optional<Duration> come_back() const noexcept { return come_back_; }

private:
    int status_;
    std::string complaint_;
    std::optional<Duration> come_back_;
};

// A WebSocket to the provider. Throws Refused when they do not want us, ProviderLate past the limit, and
// what HttpClient::connect throws. Parameters outlive the call.
awaitable<std::unique_ptr<net::WebSocket>> open_socket(const Provider& provider, net::HttpClient& http,
                                                       Clock& clock, std::string url, net::Headers headers,
                                                       Duration limit);

}  // namespace repartee::engines
