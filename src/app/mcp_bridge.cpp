#include "app/mcp_bridge.h"

#include "base/bell.h"
#include "base/task.h"
#include "base/together.h"
#include "base/worker_pool.h"
#include "mcp/json_rpc.h"
#include "mcp/protocol.h"
#include "net/event_stream.h"
#include "net/http_client.h"

#include <boost/asio/post.hpp>
#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <map>
#include <unistd.h>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace json = boost::json;

namespace {

// Of one line, in bytes: the server takes less, and says so.
constexpr std::size_t longest_line = 1 << 20;

// Of one answer in a stream, in bytes: a minute of sound is 2.6 MB.
constexpr std::size_t longest_answer = 8 << 20;

// Requests under way; the next line waits for room.
constexpr std::size_t most_under_way = 32;

// An answer may take as long as the assistant thinks. The server's own limit is below that.
constexpr auto patience = 15min;

// Once standard input has ended: for answers that are still due, and for the server to hear of the end.
constexpr auto patience_at_the_end = 30s;
constexpr auto patience_with_goodbye = 2s;

std::string endpoint_at(std::string url) {
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url.ends_with("/mcp") ? url : url + "/mcp";
}

std::string usual_url(const ServerSettings& settings) {
    auto host = settings.host == "0.0.0.0" ? "127.0.0.1" : settings.host == "::" ? "::1" : settings.host;
    if (host.find(':') != std::string::npos) {
        host = fmt::format("[{}]", host);
    }
    return fmt::format("{}://{}:{}", settings.certificate_file.empty() ? "http" : "https", host,
                       settings.port);
}

Secret token_of(const McpBridgeOptions& options) {
    if (!options.token_file.empty()) {
        std::ifstream file(options.token_file);
        std::string line;
        if (!std::getline(file, line)) {
            throw Failure(ErrorKind::NotFound,
                          fmt::format("There is no token in '{}'.", options.token_file.string()));
        }
        while (line.ends_with('\r') || line.ends_with(' ')) {
            line.pop_back();
        }
        return Secret(std::move(line));
    }
    const char* word = std::getenv("REPARTEE_TOKEN");  // NOLINT(concurrency-mt-unsafe): one thread
    return Secret(word == nullptr ? "" : word);
}

// What the loop's thread and the one that reads share: nothing but the call.
std::string read_some(const std::stop_token&) {
    std::array<char, 64 << 10> bytes{};
    for (;;) {
        auto count = ::read(STDIN_FILENO, bytes.data(), bytes.size());
        if (count >= 0) {
            return {bytes.data(), static_cast<std::size_t>(count)};
        }
        if (errno != EINTR) {
            return {};
        }
    }
}

// Lines of standard input.
class Lines {
public:
    explicit Lines(WorkerPool& pool) : pool_(pool) {}

    // Nothing at the end. One that is too long comes as an empty line.
    awaitable<std::optional<std::string>> next() {
        for (;;) {
            if (auto end = pending_.find('\n', searched_); end != std::string::npos) {
                auto line = pending_.substr(0, end);
                pending_.erase(0, end + 1);
                searched_ = 0;
                if (std::exchange(too_long_, false)) {
                    line.clear();
                }
                co_return line;
            }
            searched_ = pending_.size();
            if (pending_.size() > longest_line) {
                if (!std::exchange(too_long_, true)) {
                    std::cerr << fmt::format("repartee mcp: a line of more than {} bytes is left out\n",
                                             longest_line);
                }
                pending_.clear();
                searched_ = 0;
            }
            auto more = co_await pool_.run(read_some);
            if (more.empty()) {
                co_return std::nullopt;
            }
            pending_ += more;
        }
    }

private:
    WorkerPool& pool_;
    std::string pending_;
    std::size_t searched_ = 0;
    bool too_long_ = false;
};

void put_line(std::string line) {
    std::erase(line, '\r');
    std::ranges::replace(line, '\n', ' ');  // JSON has them only between its words
    line += '\n';
    std::string_view rest = line;
    while (!rest.empty()) {
        auto count = ::write(STDOUT_FILENO, rest.data(), rest.size());
        if (count < 0 && errno != EINTR) {
            return;  // nobody reads any more; then there will be no more lines either
        }
        rest.remove_prefix(count > 0 ? static_cast<std::size_t>(count) : 0);
    }
}

const json::object* meta_in(const json::object& params) {
    const auto* meta = params.if_contains("_meta");
    return meta != nullptr ? meta->if_object() : nullptr;
}

std::string text_in(const json::object& object, std::string_view name) {
    const auto* value = object.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

// The version that a request says of itself, since 2026-07-28; empty: it says none.
std::string version_in(const json::object& params) {
    const auto* meta = meta_in(params);
    return meta != nullptr ? text_in(*meta, mcp::meta::version) : std::string();
}

// Whether these bytes are a frame that answers something.
bool answers(std::string_view body) {
    auto message = mcp::parse_message(body, mcp::Batches::Allowed);
    const auto* failed = std::get_if<mcp::ErrorReply>(&message.frames.front());
    return message.batch || std::holds_alternative<mcp::Reply>(message.frames.front()) ||
           (failed != nullptr && failed->id);
}

class Bridge {
public:
    Bridge(const Executor& executor, Clock& clock, net::HttpClient& http, WorkerPool& pool, std::string url,
           Secret token)
        : executor_(executor),
          clock_(clock),
          http_(http),
          lines_(pool),
          url_(std::move(url)),
          token_(std::move(token)) {}

    awaitable<void> run() {
        while (auto line = co_await lines_.next()) {
            while (under_way_.size() >= most_under_way) {
                co_await ended_.wait();
            }
            if (line->find_first_not_of(" \t\r") == std::string::npos) {
                continue;
            }
            co_await take(std::move(*line));
        }
        co_await first_of(until_quiet(), clock_.sleep(patience_at_the_end));
        for (auto& [number, request] : under_way_) {
            request.task.cancel();
        }
        co_await until_quiet();
        co_await say_goodbye();
    }

    bool was_answered() const { return answered_; }

private:
    struct UnderWay {
        mcp::RequestId id;
        bool modern = false;
        Task task;
    };

    awaitable<void> until_quiet() {
        while (!under_way_.empty()) {
            co_await ended_.wait();
        }
    }

    // Requests go side by side; what wants no answer keeps its place among the others.
    awaitable<void> take(std::string line) {
        auto message = mcp::parse_message(line, mcp::Batches::Allowed);
        auto& frame = message.frames.front();
        if (const auto* unreadable = std::get_if<mcp::Unreadable>(&frame); unreadable && !message.batch) {
            put_line(mcp::write(*unreadable));
            co_return;
        }
        if (auto* request = std::get_if<mcp::Request>(&frame); request && !message.batch) {
            begin(std::move(*request), std::move(line));
            co_return;
        }
        const auto* notification = std::get_if<mcp::Notification>(&frame);
        if (notification && notification->method == "notifications/cancelled" &&
            give_up(notification->params)) {
            co_return;
        }
        if (session_.empty() && !message.batch) {
            co_return;  // there is nobody yet, or not any more, who could make something of it
        }
        co_await forward(std::move(line), std::nullopt);
    }

    void begin(mcp::Request request, std::string line) {
        auto number = ++numbers_;
        auto& place = under_way_[number];
        place.id = request.id;
        place.modern = !version_in(request.params).empty();
        if (request.method == "initialize") {
            greeting_ = line;
        }
        place.task = Task(executor_, answer(number, std::move(request), std::move(line)));
    }

    // Since 2026-07-28 a request over HTTP is given up by leaving.
    bool give_up(const json::object& params) {
        const auto* wanted = params.if_contains("requestId");
        for (auto& [number, request] : under_way_) {
            auto id = std::visit([](const auto& value) { return json::value(value); }, request.id);
            if (request.modern && wanted != nullptr && id == *wanted) {
                request.task.cancel();
                return true;
            }
        }
        return false;
    }

    awaitable<void> answer(std::uint64_t number, mcp::Request request, std::string line) {
        std::exception_ptr thrown;
        try {
            std::optional<mcp::Request> asked(std::move(request));
            co_await forward(std::move(line), std::move(asked));
        } catch (...) {
            thrown = std::current_exception();
        }
        // Not here: this coroutine is in its task.
        asio::post(executor_, [this, number] {
            under_way_.erase(number);
            ended_.ring();
        });
    }

    net::ClientRequest prepared(std::string body, const std::optional<mcp::Request>& request) const {
        net::ClientRequest sent{.method = "POST", .url = url_, .body = std::move(body)};
        sent.first_byte_timeout = patience;
        sent.progress_timeout = patience;
        sent.headers.add("Content-Type", "application/json");
        sent.headers.add("Accept", "application/json, text/event-stream");
        if (!token_.empty()) {
            sent.headers.add("Authorization", "Bearer " + token_.reveal());
        }
        if (request && request->method == "tools/call") {
            // One of its own: on a kept one it would be sent again where the server ends in the middle of it,
            // and a robot would say it twice (net/http_client.h).
            sent.headers.add("Connection", "close");
        }
        if (auto version = request ? version_in(request->params) : std::string(); !version.empty()) {
            sent.headers.add(std::string(mcp::headers::version), std::move(version));
            sent.headers.add(std::string(mcp::headers::method), request->method);
            auto name = text_in(request->params, request->method == "resources/read" ? "uri" : "name");
            if (!name.empty()) {
                sent.headers.add(std::string(mcp::headers::name), mcp::to_header_value(name));
            }
            return sent;
        }
        bool greets = request && request->method == "initialize";
        if (!session_.empty() && !greets) {
            sent.headers.add(std::string(mcp::headers::version), version_);
            sent.headers.add(std::string(mcp::headers::session), session_);
        }
        return sent;
    }

    // Sends it and gives out what comes back. `request`: nothing where no answer is due.
    awaitable<void> forward(std::string line, std::optional<mcp::Request> request) {
        std::optional<Error> failure;
        try {
            auto asked_in = session_;
            auto sent = prepared(line, request);
            auto reply = co_await http_.send(std::move(sent));
            bool in_session =
                !request || (version_in(request->params).empty() && request->method != "initialize");
            if (reply->status() == 404 && in_session && !asked_in.empty()) {
                // The server has begun anew, and knows nothing of us.
                reply.reset();
                co_await greet_again(std::move(asked_in));
                auto again = prepared(std::move(line), request);
                reply = co_await http_.send(std::move(again));
            }
            co_await pass_on(*reply, request);
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (failure) {
            tell_failure(*failure, request);
        }
    }

    awaitable<void> pass_on(net::ClientReply& reply, const std::optional<mcp::Request>& request) {
        if (request && request->method == "initialize") {
            remember_session(reply.headers());
        }
        auto type = reply.headers().get("Content-Type").value_or("");
        if (reply.status() == 200 && type.starts_with("text/event-stream")) {
            net::EventReader events(reply, longest_answer);
            while (auto event = co_await events.next()) {
                if (!event->empty()) {
                    give_out(std::move(*event));
                }
            }
            co_return;
        }
        std::string body;
        while (auto piece = co_await reply.next()) {
            body += *piece;
        }
        if (!request) {
            if (reply.status() >= 400) {
                std::cerr << fmt::format("repartee mcp: {} answers {}\n", url_, reply.status());
            } else if (!body.empty()) {
                give_out(std::move(body));  // to several at once
            }
            co_return;
        }
        if (answers(body)) {
            if (request->method == "initialize") {
                remember_version(body);
            }
            give_out(std::move(body));
        } else if (reply.status() == 401) {
            throw Failure(
                ErrorKind::Unauthenticated,
                fmt::format("{} wants to know who asks: make an API key with the scopes chat and memory, and "
                            "put it into REPARTEE_TOKEN, or into a file for --token-file.",
                            url_));
        } else if (reply.status() >= 300) {
            throw Failure(ErrorKind::ProviderBroke,
                          fmt::format("{} answers {}. Is this a repartee server?", url_, reply.status()));
        }
    }

    void give_out(std::string frame) {
        answered_ = true;
        put_line(std::move(frame));
    }

    void remember_session(const net::Headers& headers) {
        session_ = headers.get(mcp::headers::session).value_or("");
    }

    void remember_version(std::string_view body) {
        auto message = mcp::parse_message(body);
        if (const auto* reply = std::get_if<mcp::Reply>(&message.frames.front())) {
            version_ = text_in(reply->result, "protocolVersion");
        }
    }

    // The handshake once more, of which the client hears nothing. Once for all who find the session gone.
    awaitable<void> greet_again(std::string gone) {
        if (greeting_.empty() || session_ != gone) {
            co_return;
        }
        auto message = mcp::parse_message(greeting_);
        auto* request = std::get_if<mcp::Request>(&message.frames.front());
        if (request == nullptr) {
            co_return;
        }
        std::optional<mcp::Request> greeting(std::move(*request));
        auto sent = prepared(greeting_, greeting);
        auto response = co_await http_.fetch(std::move(sent));
        if (response.status != 200 || session_ != gone) {
            co_return;  // whoever asks next sees why; or somebody else was faster
        }
        remember_session(response.headers);
        remember_version(response.body);
        auto ready = prepared(mcp::write(mcp::Notification{"notifications/initialized"}), std::nullopt);
        co_await http_.fetch(std::move(ready));
    }

    void tell_failure(const Error& error, const std::optional<mcp::Request>& request) {
        auto words = error.message;
        if (error.kind == ErrorKind::Unavailable) {
            words = fmt::format(
                "No repartee server answers at {}: start one with `repartee serve`, or name another one "
                "with --url. ({})",
                url_, error.message);
        }
        if (words != complaint_) {
            std::cerr << "repartee mcp: " << words << "\n";
            complaint_ = words;
        }
        if (request) {
            put_line(
                mcp::write(mcp::ErrorReply{request->id, {mcp::codes::internal_error, std::move(words)}}));
        }
    }

    awaitable<void> say_goodbye() {
        if (session_.empty()) {
            co_return;
        }
        auto sent = prepared("", std::nullopt);
        sent.method = "DELETE";
        sent.first_byte_timeout = patience_with_goodbye;
        sent.connect_timeout = patience_with_goodbye;
        try {
            co_await http_.fetch(std::move(sent));
        } catch (const Failure&) {
            // Then it ends the session by itself.
        }
    }

    const Executor executor_;
    Clock& clock_;
    net::HttpClient& http_;
    Lines lines_;
    const std::string url_;
    const Secret token_;

    // Of the handshake, in the older era.
    std::string greeting_;
    std::string session_;
    std::string version_;

    std::map<std::uint64_t, UnderWay> under_way_;
    std::uint64_t numbers_ = 0;
    Bell ended_;
    bool answered_ = false;
    std::string complaint_;  // the last one, which is told once
};

}  // namespace

int bridge_mcp(const Settings& settings, const McpBridgeOptions& options) {
    auto trust = net::client_tls(options.authority_file.string());
    if (!trust) {
        throw Failure(trust.error());
    }
    auto url = endpoint_at(options.url.empty() ? usual_url(settings.server) : options.url);
    asio::io_context context;
    SystemClock clock;
    WorkerPool pool(1, 1);
    net::HttpClient http(clock, *trust);
    Bridge bridge(context.get_executor(), clock, http, pool, std::move(url), token_of(options));
    std::exception_ptr failure;
    asio::co_spawn(context, bridge.run(), [&](std::exception_ptr thrown) {
        failure = std::move(thrown);
        context.stop();
    });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return bridge.was_answered() ? 0 : 1;
}

}  // namespace repartee::app
