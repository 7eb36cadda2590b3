#include "mcp/client/http_carrier.h"

#include "base/together.h"
#include "net/event_stream.h"
#include "net/redirects.h"

#include <boost/url/parse.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::mcp::client {

namespace {

constexpr std::chrono::milliseconds connect_limit{3'000};
// Above all deadlines of those who ask: they decide, not the connection.
constexpr std::chrono::milliseconds silence_limit{60'000};
// A stream on which something may come or not. Then it is opened anew, and what has fallen asleep is noticed.
constexpr std::chrono::milliseconds listening_limit{3'600'000};

// Of all that is heard on one such stream.
constexpr std::size_t most_heard = std::size_t{1} << 30;

constexpr int most_redirects = 3;

// Of one answer. Between two attempts as long as the server says, but in these bounds.
constexpr int most_resumptions = 20;
constexpr std::chrono::milliseconds usual_retry{1'000};
constexpr std::chrono::milliseconds shortest_retry{10};
constexpr std::chrono::milliseconds longest_retry{15'000};

// For what we answer to a server's own requests.
constexpr Duration answering_limit = 3s;
constexpr Duration goodbye_limit = 2s;

bool is_redirect(int status) {
    return status == 307 || status == 308;
}

std::string media_type(const net::Headers& headers) {
    auto value = headers.get("Content-Type").value_or("");
    std::string type(value.substr(0, value.find_first_of("; \t")));
    std::ranges::transform(type, type.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
    return type;
}

bool is_event_stream(const net::Headers& headers) {
    return media_type(headers) == "text/event-stream";
}

std::string origin_of(const std::string& url) {
    auto parsed = boost::urls::parse_uri(url);
    if (!parsed) {
        return {};
    }
    std::string host(parsed->encoded_host());
    std::ranges::transform(host, host.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c | 0x20) : c; });
    auto usual = parsed->scheme() == "https" ? "443" : "80";
    auto port =
        parsed->has_port() && !parsed->port().empty() ? std::string(parsed->port()) : std::string(usual);
    return fmt::format("{}://{}:{}", std::string_view(parsed->scheme()), host, port);
}

awaitable<std::string> body_of(net::ClientReply& reply) {
    std::string body;
    while (auto piece = co_await reply.next()) {
        body += *piece;
    }
    co_return body;
}

void check_status(int status) {
    if (status == 401 || status == 403) {
        throw Failure(ErrorKind::Unauthenticated,
                      status == 401 ? "It does not let us in: it wants a token, or another one."
                                    : "It does not let us in with this token.",
                      fmt::format("status {}", status));
    }
    if (status >= 500 || status == 429) {
        throw Failure(ErrorKind::ProviderBroke, fmt::format("It answered with status {}.", status));
    }
}

// The answer among these frames; an error that names no request is one to the only request there is.
std::optional<Answer> answer_among(std::vector<Frame>& frames, const RequestId& id, int status) {
    for (auto& frame : frames) {
        if (auto* reply = std::get_if<Reply>(&frame); reply && reply->id == id) {
            return Answer{.status = status, .result = std::move(reply->result)};
        }
        if (auto* failed = std::get_if<ErrorReply>(&frame); failed && failed->id.value_or(id) == id) {
            return Answer{.status = status, .error = std::move(failed->error)};
        }
    }
    return std::nullopt;
}

Batches batches_of(const Envelope& envelope) {
    return envelope.version == versions::with_batches ? Batches::Allowed : Batches::Refused;
}

}  // namespace

Frame answer_to(const Request& request) {
    if (request.method == "ping") {
        return mcp::Reply{request.id};
    }
    return ErrorReply{request.id, {codes::method_not_found, "This client does nothing but call tools."}};
}

HttpCarrier::HttpCarrier(std::string url, Secret token, net::HttpClient& http, Clock& clock, Log log)
    : url_(std::move(url)), token_(std::move(token)), http_(http), clock_(clock), log_(std::move(log)) {}

// --- what we say ---

net::ClientRequest HttpCarrier::request_for(std::string method, const Envelope& envelope) const {
    net::ClientRequest request{.method = std::move(method),
                               .url = url_,
                               .headers = envelope.headers,
                               .connect_timeout = connect_limit,
                               .first_byte_timeout = silence_limit,
                               .progress_timeout = silence_limit,
                               .body_limit = largest_message};
    request.headers.set("Accept", "application/json, text/event-stream");
    if (!envelope.version.empty()) {
        request.headers.set(headers::version, envelope.version);
    }
    if (!envelope.session.empty()) {
        request.headers.set(headers::session, envelope.session);
    }
    if (!token_.empty()) {
        request.headers.set("Authorization", "Bearer " + token_.reveal());
    }
    return request;
}

awaitable<HttpCarrier::Reply> HttpCarrier::send(net::ClientRequest request) {
    for (int redirects = 0;; ++redirects) {
        auto next = request;
        auto reply = co_await http_.send(std::move(next));
        if (!is_redirect(reply->status())) {
            check_status(reply->status());
            co_return reply;
        }
        auto location = std::string(reply->headers().get("Location").value_or(""));
        auto target = net::redirect_target(request.url, location);
        if (redirects == most_redirects || !target || origin_of(*target) != origin_of(url_)) {
            throw Failure(ErrorKind::Unsupported, "It sends us elsewhere, where we do not go.",
                          fmt::format("status {}", reply->status()));
        }
        request.url = *target;
    }
}

awaitable<void> HttpCarrier::tell(Frame frame, Envelope envelope) {
    auto request = request_for("POST", envelope);
    request.headers.set("Content-Type", "application/json");
    request.body = write(frame);
    auto reply = co_await send(std::move(request));
    auto body = co_await body_of(*reply);
    if (reply->status() >= 400) {
        log_.debug("what was told is not taken", {{"status", reply->status()}});
    }
}

awaitable<void> HttpCarrier::say_goodbye(Envelope envelope) {
    auto request = request_for("DELETE", envelope);
    auto ending = http_.fetch(std::move(request));
    Error late{ErrorKind::ProviderLate, "It does not say goodbye.", {}};
    co_await with_deadline(clock_, goodbye_limit, std::move(ending), std::move(late));
}

// --- what it says ---

awaitable<Answer> HttpCarrier::ask(Request request, Envelope envelope, Heard heard) {
    auto message = request_for("POST", envelope);
    message.headers.set("Content-Type", "application/json");
    auto id = request.id;
    message.body = write(Frame(std::move(request)));
    auto reply = co_await send(std::move(message));
    auto status = reply->status();
    std::string session(reply->headers().get(headers::session).value_or(""));
    Answer answer{.status = status};
    if (status == 200 && is_event_stream(reply->headers())) {
        Wanted wanted{.id = id, .envelope = envelope, .heard = heard};
        answer = co_await answer_in_stream(std::move(reply), wanted);
    } else {
        auto body = co_await body_of(*reply);
        auto message_back = parse_message(body, batches_of(envelope));
        auto found = answer_among(message_back.frames, id, status);
        if (!found && status < 400) {
            throw Failure(ErrorKind::ProviderBroke, "It answered something that is no answer.",
                          fmt::format("status {}, {} bytes", status, body.size()));
        }
        answer = found.value_or(std::move(answer));
    }
    if (is_session_id(session)) {
        answer.session = std::move(session);
    }
    co_return answer;
}

// The stream may break off on purpose: then it goes on, behind the last event that had an id.
awaitable<Answer> HttpCarrier::answer_in_stream(Reply reply, Wanted wanted) {
    std::string last_id;
    std::chrono::milliseconds pause = usual_retry;
    Error broken{ErrorKind::ProviderBroke, "It broke off before it had answered.", {}};
    for (int resumptions = 0;; ++resumptions) {
        net::EventReader events(*reply, largest_message);
        try {
            while (auto text = co_await events.next()) {
                auto answer = co_await take(std::move(*text), wanted);
                if (answer) {
                    co_return std::move(*answer);
                }
            }
        } catch (const Failure& failure) {
            broken = failure.error();
        }
        if (broken.kind != ErrorKind::ProviderBroke && broken.kind != ErrorKind::ProviderLate) {
            throw Failure(broken);
        }
        if (!events.splitter().last_id().empty()) {
            last_id = events.splitter().last_id();
        }
        pause = std::clamp(events.splitter().retry().value_or(pause), shortest_retry, longest_retry);
        if (wanted.envelope.era == Era::Modern || last_id.empty() || resumptions == most_resumptions) {
            throw Failure(broken);
        }
        co_await clock_.sleep(pause);
        auto request = request_for("GET", wanted.envelope);
        request.headers.set("Accept", "text/event-stream");
        request.headers.set(headers::last_event, last_id);
        reply = co_await send(std::move(request));
        if (reply->status() != 200 || !is_event_stream(reply->headers())) {
            throw Failure(ErrorKind::ProviderBroke, "It does not go on with what it had begun.",
                          fmt::format("status {}", reply->status()));
        }
    }
}

awaitable<std::optional<Answer>> HttpCarrier::take(std::string text, Wanted wanted) {
    if (text.empty()) {
        co_return std::nullopt;  // it has an id, and nothing else
    }
    auto message = parse_message(text, batches_of(wanted.envelope));
    for (auto& frame : message.frames) {
        if (auto* notification = std::get_if<Notification>(&frame)) {
            wanted.heard(*notification);
        } else if (auto* request = std::get_if<Request>(&frame);
                   request && wanted.envelope.era == Era::Legacy) {
            co_await answer(std::move(*request), wanted.envelope);
        } else if (std::holds_alternative<Unreadable>(frame) && !std::exchange(puzzled_, true)) {
            log_.warning("a frame that cannot be read", {{"bytes", text.size()}});
        }
    }
    co_return wanted.id ? answer_among(message.frames, *wanted.id, 200) : std::nullopt;
}

// A courtesy: what becomes of it is no concern of the request that waits.
awaitable<void> HttpCarrier::answer(Request request, Envelope envelope) {
    envelope.headers = {};
    auto telling = tell(answer_to(request), std::move(envelope));
    Error late{ErrorKind::ProviderLate, "It does not take an answer.", {}};
    try {
        co_await with_deadline(clock_, answering_limit, std::move(telling), std::move(late));
    } catch (const Failure& failure) {
        log_.debug("an answer is not taken", {{"reason", failure.error().message}});
    }
}

awaitable<bool> HttpCarrier::listen(Envelope envelope, Heard heard) {
    auto request = request_for("GET", envelope);
    request.headers.set("Accept", "text/event-stream");
    request.progress_timeout = listening_limit;
    request.body_limit = most_heard;
    auto reply = co_await send(std::move(request));
    if (reply->status() != 200 || !is_event_stream(reply->headers())) {
        co_return false;
    }
    Wanted wanted{.id = std::nullopt, .envelope = envelope, .heard = heard};
    net::EventReader events(*reply, largest_message);
    while (auto text = co_await events.next()) {
        auto nothing = co_await take(std::move(*text), wanted);
        if (nothing) {
            break;
        }
    }
    co_return true;
}

}  // namespace repartee::mcp::client
