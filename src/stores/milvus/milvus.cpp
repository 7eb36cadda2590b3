#include "stores/milvus/milvus.h"

#include <fmt/format.h>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::milvus {

namespace {

namespace json = boost::json;

// Between attempts: the first is short because Milvus is mostly ready in a moment, the longest keeps a
// restart from being noticed late.
constexpr std::chrono::milliseconds first_pause = 100ms;
constexpr std::chrono::milliseconds longest_pause = 2s;

// Answers hold ids and numbers: 16384 of them, the most that Milvus gives at once, are a few megabytes.
constexpr std::size_t largest_answer = 32 << 20;

// How much of what Milvus says stands in the log.
constexpr std::size_t longest_complaint = 300;

// The body, with `data` as it is.
std::string text_of(const json::object& body, const std::string& data) {
    std::string text = json::serialize(body);
    if (!data.empty()) {
        text.pop_back();
        text += (body.empty() ? "\"data\":" : ",\"data\":") + data + "}";
    }
    return text;
}

std::int64_t code_in(const json::object& answer) {
    const auto* code = answer.if_contains("code");
    if (code == nullptr || !code->is_number()) {
        return 0;
    }
    json::error_code no_number;
    const auto number = code->to_number<std::int64_t>(no_number);
    return no_number ? -1 : number;
}

std::string message_in(const json::object& answer) {
    const auto* message = answer.if_contains("message");
    if (message == nullptr || !message->is_string()) {
        return "no reason given";
    }
    return std::string(std::string_view(message->get_string()).substr(0, longest_complaint));
}

json::value data_of(int status, const std::string& body) {
    json::error_code not_json;
    auto parsed = json::parse(body, not_json);
    const bool is_milvus = !not_json && parsed.is_object() && parsed.get_object().contains("code");
    if (!is_milvus) {
        const auto trouble = trouble_of(status, 0).value_or(Trouble::Away);
        throw MilvusFailure(trouble, fmt::format("it answers with HTTP {} and no code of Milvus's", status));
    }
    auto& answer = parsed.get_object();
    const auto code = code_in(answer);
    if (const auto trouble = trouble_of(status, code)) {
        throw MilvusFailure(*trouble, fmt::format("code {}: {}", code, message_in(answer)));
    }
    const auto* data = answer.if_contains("data");
    return data == nullptr ? json::value() : *data;
}

// A server that knows no template parameters stumbles over the braces.
bool may_be_about_templates(Trouble trouble) {
    return trouble == Trouble::Misunderstood || trouble == Trouble::Unexpected;
}

}  // namespace

Milvus::Milvus(Address address, const MilvusSettings& settings, net::TlsContext trust, Clock& clock, Log log)
    : address_(std::move(address)),
      settings_(settings),
      clock_(clock),
      log_(std::move(log)),
      http_(clock, std::move(trust)) {}

awaitable<json::value> Milvus::ask(Question question) {
    const FilterForm form = form_;
    const bool has_values = !question.filter.values.empty();
    std::exception_ptr complaint;
    try {
        auto data = co_await ask_patiently(question, form);
        co_return data;
    } catch (const MilvusFailure& failure) {
        if (!has_values || form != FilterForm::Templates || !may_be_about_templates(failure.trouble())) {
            throw;
        }
        complaint = std::current_exception();
    }
    json::value data;
    try {
        data = co_await ask_once(question, FilterForm::Literals);
    } catch (const MilvusFailure&) {
        // It was about something else.
        std::rethrow_exception(complaint);
    }
    form_ = FilterForm::Literals;
    log_.info("milvus takes no template parameters", {{"place", address_.place}});
    co_return data;
}

awaitable<json::value> Milvus::ask_patiently(Question question, FilterForm form) {
    const auto give_up = clock_.now() + settings_.timeout;
    auto pause = first_pause;
    for (int attempt = 1;; ++attempt) {
        try {
            auto data = co_await ask_once(question, form);
            co_return data;
        } catch (const MilvusFailure& failure) {
            const bool was_tried_enough = failure.trouble() == Trouble::Unexpected && attempt > 1;
            if (!may_pass(failure.trouble()) || was_tried_enough || clock_.now() + pause > give_up) {
                throw;
            }
        }
        co_await clock_.sleep(pause);
        pause = std::min(2 * pause, longest_pause);
    }
}

awaitable<json::value> Milvus::ask_once(Question question, FilterForm form) {
    if (!question.filter.empty()) {
        add_filter(question.body, question.filter, form);
    }
    if (const auto& database = settings_.database.empty() ? address_.database : settings_.database;
        !database.empty()) {
        question.body["dbName"] = database;
    }
    const auto seconds =
        std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(settings_.timeout).count());
    net::ClientRequest request{.method = "POST",
                               .url = fmt::format("{}/v2/vectordb{}", address_.origin, question.path),
                               .headers = {{"Content-Type", "application/json"},
                                           {"Accept", "application/json"},
                                           {"Accept-Type-Allow-Int64", "true"},
                                           {"Request-Timeout", std::to_string(seconds)}},
                               .body = text_of(question.body, question.data),
                               .connect_timeout = std::min<std::chrono::milliseconds>(settings_.timeout, 5s),
                               .first_byte_timeout = settings_.timeout,
                               .progress_timeout = settings_.timeout,
                               .body_limit = largest_answer};
    if (const auto& token = settings_.token.empty() ? address_.token : settings_.token; !token.empty()) {
        request.headers.set("Authorization", "Bearer " + token.reveal());
    }
    std::optional<std::string> nobody;
    net::Response response;
    try {
        response = co_await http_.fetch(std::move(request));
    } catch (const Failure& failure) {
        nobody = failure.error().message;
    }
    if (nobody) {
        throw MilvusFailure(Trouble::Away, std::move(*nobody));
    }
    auto data = data_of(response.status, response.body);
    ++answers_;
    co_return data;
}

}  // namespace repartee::stores::milvus
