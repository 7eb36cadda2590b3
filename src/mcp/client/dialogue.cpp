#include "mcp/client/dialogue.h"

#include "base/together.h"
#include "mcp/client/era.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::mcp::client {

namespace json = boost::json;

namespace {

constexpr Duration greeting_limit = 10s;
constexpr Duration listing_limit = 10s;  // of one page
constexpr Duration ping_limit = 5s;
constexpr Duration courtesy_limit = 3s;

constexpr int most_pages = 50;
constexpr std::size_t most_listed = 1000;                 // tools, of which far fewer are offered
constexpr std::size_t largest_listing = largest_message;  // bytes as JSON, all pages

// A list that is worth knowing for longer is asked for all the same.
constexpr std::chrono::milliseconds longest_worth = 24h;

// A session that is gone is 404. Many servers made with the official kit say 400, and this code.
constexpr int gone = 404;
constexpr int bad_request = 400;
constexpr std::int64_t no_valid_session = -32000;

bool says_session_is_gone(const Answer& answer) {
    return answer.status == gone ||
           (answer.status == bad_request && answer.error && answer.error->code == no_valid_session);
}

json::object who_we_are() {
    return {{"name", "repartee"}, {"version", REPARTEE_VERSION}};
}

std::string text_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value ? value->if_object() : nullptr;
}

// The result, or why there is none.
json::object result_of(Answer answer, std::string_view what) {
    if (answer.result) {
        if (text_at(*answer.result, "resultType") == "input_required") {
            throw Failure(ErrorKind::Unsupported,
                          "It wants something from the user that cannot be given here.");
        }
        return std::move(*answer.result);
    }
    if (answer.error) {
        throw Failure(ErrorKind::Unavailable, fmt::format("{} is not available just now.", what),
                      fmt::format("{} {}", answer.error->code, answer.error->message.substr(0, 300)));
    }
    throw Failure(ErrorKind::ProviderBroke, fmt::format("It answered with status {}.", answer.status));
}

awaitable<void> keep(awaitable<Answer> asking, std::optional<Answer>& answer) {
    answer = co_await std::move(asking);
}

// Returns when `deadline` has passed, which may be moved meanwhile.
awaitable<void> until_late(Clock& clock, const TimePoint& deadline) {
    while (clock.now() < deadline) {
        co_await clock.sleep_until(deadline);
    }
}

class Turnstile {
public:
    explicit Turnstile(Channel<int>& place) : place_(place) {}
    ~Turnstile() { place_.try_next(); }
    Turnstile(const Turnstile&) = delete;
    Turnstile& operator=(const Turnstile&) = delete;

private:
    Channel<int>& place_;
};

}  // namespace

Dialogue::Dialogue(const Executor& executor, const ServerSettings& settings, Carrier& carrier, Clock& clock,
                   Log log, std::function<void()> news)
    : settings_(settings),
      carrier_(carrier),
      clock_(clock),
      log_(std::move(log)),
      news_(std::move(news)),
      greeting_(executor, 1) {
    if (settings_.protocol != "auto") {
        era_ = settings_.protocol == "modern" ? Era::Modern : Era::Legacy;
    }
}

// --- the beginning ---

awaitable<void> Dialogue::open() {
    co_await greeting_.push(1);
    const Turnstile turnstile(greeting_);
    co_await carrier_.until_there();
    if (greeted_on_ != carrier_.connection()) {
        co_await greet();
    }
}

awaitable<void> Dialogue::greet() {
    auto connection = carrier_.connection();
    version_.clear();
    session_.clear();
    has_tools_ = true;
    if (!era_) {
        co_await probe();
    }
    if (era_ == Era::Legacy) {
        co_await initialise();
        era_ = Era::Legacy;  // whatever was forgotten meanwhile: this was agreed upon now
    } else {
        version_ = versions::modern;
    }
    greeted_on_ = connection;
    carrier_.greeted();
    log_.info("greeted", {{"version", version_}, {"session", !session_.empty()}});
}

void Dialogue::begin_anew() {
    greeted_on_.reset();
    if (settings_.protocol == "auto") {
        era_.reset();
    }
}

// What a modern server must know, and no other does.
awaitable<void> Dialogue::probe() {
    era_ = Era::Modern;  // for the envelope
    version_ = versions::modern;
    std::optional<Answer> answer;
    std::exception_ptr failed;
    try {
        Question question{.method = "server/discover"};
        auto asking = ask_within(greeting_limit, std::move(question));
        answer = co_await std::move(asking);
    } catch (...) {
        failed = std::current_exception();
    }
    era_.reset();
    version_.clear();
    if (failed) {
        auto error = error_of(failed);
        // A program may pass over what it does not know.
        bool silent = error.kind == ErrorKind::ProviderLate && carrier_.transport() == Transport::Process;
        if (!silent) {
            std::rethrow_exception(failed);
        }
    }
    era_ = answer ? era_by_probe(*answer, carrier_.transport()).value() : Era::Legacy;
    if (era_ == Era::Modern && answer->result) {
        const auto* capabilities = object_at(*answer->result, "capabilities");
        has_tools_ = !capabilities || capabilities->contains("tools");
    }
}

awaitable<void> Dialogue::initialise() {
    Question question{.method = "initialize",
                      .params = {{"protocolVersion", versions::legacy.front()},
                                 {"capabilities", json::object()},
                                 {"clientInfo", who_we_are()}}};
    auto asking = ask_within(greeting_limit, std::move(question));
    auto answer = co_await std::move(asking);
    version_ = version_agreed(answer).value();
    session_ = answer.session;
    const auto* capabilities = object_at(*answer.result, "capabilities");
    const auto* tools = capabilities ? object_at(*capabilities, "tools") : nullptr;
    has_tools_ = tools != nullptr;
    const auto* changes = tools ? tools->if_contains("listChanged") : nullptr;
    tells_of_changes_ = changes && changes->is_bool() && changes->get_bool();
    auto telling = carrier_.tell(Notification{.method = "notifications/initialized"}, envelope());
    Error late{ErrorKind::ProviderLate, "It does not take the end of the handshake.", {}};
    co_await with_deadline(clock_, courtesy_limit, std::move(telling), std::move(late));
}

// --- requests ---

Envelope Dialogue::envelope() const {
    return {.era = era_.value_or(Era::Legacy), .version = version_, .session = session_};
}

void Dialogue::hear(const Notification& notification) {
    if (notification.method == "notifications/tools/list_changed") {
        news_();
    }
}

awaitable<Answer> Dialogue::ask_once(Question question) {
    auto around = envelope();
    auto meta = std::move(question.meta);
    if (around.era == Era::Modern) {
        meta[meta::version] = version_;
        meta[meta::capabilities] = json::object();
        meta[meta::client] = who_we_are();
        question.headers.add(std::string(headers::method), to_header_value(question.method));
        around.headers = std::move(question.headers);
    }
    if (question.twice == Twice::Never) {
        around.headers.add("Connection", "close");  // one of its own: see net/http_client.h
    }
    if (!meta.empty()) {
        question.params["_meta"] = std::move(meta);
    }
    Request request{
        .id = next_id(), .method = std::move(question.method), .params = std::move(question.params)};
    if (question.under_way) {
        question.under_way->id = request.id;
    }
    auto heard = [this, also = std::move(question.heard)](const Notification& notification) {
        hear(notification);
        if (also) {
            also(notification);
        }
    };
    auto asking = carrier_.ask(std::move(request), std::move(around), std::move(heard));
    co_return co_await std::move(asking);
}

// A session that is gone is begun anew, and the request made once more: it has not been looked at.
awaitable<Answer> Dialogue::ask(Question question) {
    co_await open();
    auto session = session_;
    auto again = question;
    auto asking = ask_once(std::move(question));
    auto answer = co_await std::move(asking);
    if (session.empty() || era_ != Era::Legacy || !says_session_is_gone(answer)) {
        co_return answer;
    }
    if (session_ == session) {
        log_.info("the session is gone, and begins anew");
        greeted_on_.reset();
    }
    co_await open();
    news_();
    auto asking_again = ask_once(std::move(again));
    co_return co_await std::move(asking_again);
}

awaitable<Answer> Dialogue::ask_within(Duration limit, Question question) {
    auto what = question.method;
    auto asking = ask_once(std::move(question));
    Error late{ErrorKind::ProviderLate, fmt::format("It did not answer in time ({}).", what), {}};
    co_return co_await with_deadline(clock_, limit, std::move(asking), std::move(late));
}

// --- tools ---

awaitable<Listing> Dialogue::list_tools() {
    co_await open();
    Listing listing;
    std::string cursor;
    std::size_t size = 0;
    for (int page = 0; has_tools_; ++page) {
        Question question{.method = "tools/list"};
        if (!cursor.empty()) {
            question.params["cursor"] = cursor;
        }
        auto asking = ask(std::move(question));
        Error late{ErrorKind::ProviderLate, "It did not say in time which tools it has.", {}};
        auto answer = co_await with_deadline(clock_, listing_limit, std::move(asking), std::move(late));
        auto result = result_of(std::move(answer), "The list of its tools");
        auto* tools = result.if_contains("tools");
        if (!tools || !tools->is_array()) {
            throw Failure(ErrorKind::ProviderBroke, "Its list of tools is none.");
        }
        size += json::serialize(*tools).size();
        std::ranges::move(tools->get_array(), std::back_inserter(listing.tools));
        if (const auto* worth = result.if_contains("ttlMs");
            worth && worth->is_int64() && worth->get_int64() > 0) {
            listing.worth =
                std::chrono::milliseconds(std::min<std::int64_t>(worth->get_int64(), longest_worth.count()));
        }
        cursor = text_at(result, "nextCursor");
        if (cursor.empty()) {
            break;
        }
        if (page + 1 == most_pages || listing.tools.size() > most_listed || size > largest_listing) {
            log_.warning("it lists tools without end", {{"tools", listing.tools.size()}});
            break;
        }
    }
    co_return listing;
}

awaitable<ToolResult> Dialogue::call(std::string tool, json::object arguments,
                                     std::vector<ParameterHeader> parameters, Twice twice,
                                     std::shared_ptr<CallUnderWay> under_way) {
    auto begun = clock_.now();
    auto deadline = begun + settings_.timeout;
    auto token = fmt::format("p{}", ++last_id_);
    Question question{.method = "tools/call",
                      .params = {{"name", tool}},
                      .meta = {{meta::progress_token, token}},
                      .twice = twice,
                      .under_way = std::move(under_way)};
    question.headers.add(std::string(headers::name), to_header_value(tool));
    for (const auto& parameter : parameters) {
        if (auto value = header_value_of(parameter, arguments)) {
            question.headers.add(parameter.header, *value);
        }
    }
    question.params["arguments"] = std::move(arguments);
    // Who tells of progress may go on for as long again, up to the longest.
    question.heard = [this, token, begun, &deadline](const Notification& notification) {
        const auto* told = notification.params.if_contains(meta::progress_token);
        if (notification.method == "notifications/progress" && told && told->is_string() &&
            told->get_string() == token) {
            deadline = std::min<TimePoint>(clock_.now() + settings_.timeout, begun + longest_call);
        }
    };
    std::optional<Answer> answer;
    auto asking = ask(std::move(question));
    co_await first_of(keep(std::move(asking), answer), until_late(clock_, deadline));
    if (!answer) {
        throw Failure(ErrorKind::ProviderLate, "That took too long.");
    }
    auto result = result_of(std::move(*answer), "That tool");
    auto parsed = parse_result(result);
    if (!parsed) {
        throw Failure(ErrorKind::ProviderBroke, "The tool answered something that makes no sense.",
                      parsed.error().message);
    }
    co_return std::move(*parsed);
}

awaitable<void> Dialogue::give_up(RequestId call) {
    if (era_ == Era::Modern && carrier_.transport() == Transport::Http) {
        co_return;
    }
    auto id = std::visit([](const auto& value) { return json::value(value); }, call);
    Notification cancelled{
        .method = "notifications/cancelled",
        .params = {{"requestId", std::move(id)}, {"reason", "nobody waits for it any more"}}};
    auto telling = carrier_.tell(std::move(cancelled), envelope());
    Error late{ErrorKind::ProviderLate, "It does not take news.", {}};
    co_await with_deadline(clock_, courtesy_limit, std::move(telling), std::move(late));
}

awaitable<void> Dialogue::ping() {
    co_await open();
    Question question{.method = era_ == Era::Modern ? "server/discover" : "ping"};
    auto asking = ask_within(ping_limit, std::move(question));
    co_await std::move(asking);
}

awaitable<bool> Dialogue::listen() {
    bool worth_it = era_ == Era::Legacy && (tells_of_changes_ || carrier_.transport() == Transport::Process);
    if (!worth_it) {
        co_return false;
    }
    auto heard = [this](const Notification& notification) { hear(notification); };
    auto listening = carrier_.listen(envelope(), std::move(heard));
    co_return co_await std::move(listening);
}

awaitable<void> Dialogue::close() {
    if (session_.empty()) {
        co_return;
    }
    try {
        co_await carrier_.say_goodbye(envelope());
    } catch (const Failure& failure) {
        log_.debug("no goodbye", {{"reason", failure.error().message}});
    }
    session_.clear();
    greeted_on_.reset();
}

}  // namespace repartee::mcp::client
