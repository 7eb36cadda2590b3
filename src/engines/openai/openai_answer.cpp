// The events of a stream as an answer.
#include "engines/json_parts.h"
#include "engines/openai/openai_wire.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::openai {

namespace json = boost::json;

namespace {

// Far above what a skill takes; past it the model has lost its way.
constexpr std::size_t most_calls = 64;
constexpr std::size_t argument_limit = 256 << 10;  // bytes, of all calls of an answer

// A reply that is longer is not spoken anyway (conversation::Turn).
constexpr std::size_t kept_thoughts_limit = 32 << 10;  // bytes

// A text, or a list of parts with texts in them.
std::string content_of(const json::object& delta) {
    std::string content(text_at(delta, "content"));
    if (const auto* parts = array_at(delta, "content")) {
        for (const auto& part : *parts) {
            if (const auto* object = part.if_object()) {
                content += text_at(*object, "text");
            }
        }
    }
    content += text_at(delta, "refusal");
    return content;
}

std::string_view thoughts_of(const json::object& delta) {
    auto thoughts = text_at(delta, "reasoning_content");
    return thoughts.empty() ? text_at(delta, "reasoning") : thoughts;
}

std::string complaint_of(const json::object& event) {
    const auto* nested = object_at(event, "error");
    auto complaint = nested ? text_at(*nested, "message") : text_at(event, "error");
    return short_complaint(complaint);
}

bool means_busy(const json::object& event) {
    const auto* error = object_at(event, "error");
    if (!error) {
        return false;
    }
    auto code = count_at(*error, "code");
    return code == 429 || code == 503 || text_at(*error, "code") == "rate_limit_exceeded" ||
           text_at(*error, "type") == "rate_limit_error";
}

}  // namespace

Result<std::vector<ModelOutput>> AnswerEvents::take(std::string_view event) {
    std::vector<ModelOutput> outputs;
    if (ended_ || event.find_first_not_of(" \t") == std::string_view::npos) {
        return outputs;
    }
    if (event.starts_with("[DONE]")) {
        if (auto ending = end("stop", outputs); !ending) {
            return ending.error();
        }
        return outputs;
    }
    auto object = object_in(event);
    if (!object) {
        return Error{ErrorKind::ProviderBroke,
                     fmt::format("{} answered something that makes no sense.", peer_),
                     fmt::format("no JSON object in an event of {} bytes", event.size())};
    }
    if (const auto* error = object->if_contains("error"); error && !error->is_null()) {
        if (means_busy(*object)) {
            return Error{ErrorKind::Busy, fmt::format("{} is busy. Please try again in a moment.", peer_),
                         complaint_of(*object)};
        }
        return Error{ErrorKind::ProviderBroke, fmt::format("{} gave up: {}", peer_, complaint_of(*object)),
                     "error event in the stream"};
    }
    take_counts(*object);
    const auto* choices = array_at(*object, "choices");
    const auto* choice = choices && !choices->empty() ? choices->front().if_object() : nullptr;
    if (!choice || count_at(*choice, "index") > 0) {
        return outputs;  // usage, or a filter's verdict
    }
    const auto* delta = object_at(*choice, "delta");
    if (!delta) {
        delta = object_at(*choice, "message");  // of a server that does not stream
    }
    if (delta) {
        if (auto thoughts = thoughts_.take(thoughts_of(*delta)); !thoughts.empty()) {
            if (thinking_forbidden_ && !said_anything_ && all_thoughts_.size() < kept_thoughts_limit) {
                all_thoughts_ += thoughts;
            }
            outputs.push_back(ReasoningDelta{std::move(thoughts)});
        }
        if (auto content = content_.take(content_of(*delta)); !content.empty()) {
            said_anything_ = true;
            outputs.push_back(TextDelta{std::move(content)});
        }
        if (const auto* pieces = array_at(*delta, "tool_calls")) {
            for (const auto& piece : *pieces) {
                if (const auto* fields = piece.if_object()) {
                    if (auto taken = take_call_piece(*fields); !taken) {
                        return taken.error();
                    }
                }
            }
        }
    }
    if (auto reason = text_at(*choice, "finish_reason"); !reason.empty()) {
        if (auto ending = end(reason, outputs); !ending) {
            return ending.error();
        }
    }
    return outputs;
}

Result<std::vector<ModelOutput>> AnswerEvents::take_end() {
    if (!ended_) {
        return Error{ErrorKind::ProviderBroke,
                     fmt::format("{} broke off in the middle of its answer.", peer_),
                     "end of body before finish_reason"};
    }
    return std::vector<ModelOutput>();
}

void AnswerEvents::take_counts(const json::object& event) {
    if (const auto* usage = object_at(event, "usage")) {
        prompt_tokens_ = count_at(*usage, "prompt_tokens");
        answer_tokens_ = count_at(*usage, "completion_tokens");
        if (const auto* details = object_at(*usage, "prompt_tokens_details")) {
            cached_tokens_ = count_at(*details, "cached_tokens");
        }
    } else if (const auto* timings = object_at(event, "timings")) {  // of llama.cpp, which counts as it goes
        cached_tokens_ = count_at(*timings, "cache_n");
        prompt_tokens_ = cached_tokens_ + count_at(*timings, "prompt_n");
        answer_tokens_ = count_at(*timings, "predicted_n");
    }
}

Result<void> AnswerEvents::take_call_piece(const json::object& piece) {
    const auto* function = object_at(piece, "function");
    auto arguments = function ? text_at(*function, "arguments") : std::string_view();
    std::string written;
    if (const auto* object = function ? object_at(*function, "arguments") : nullptr) {
        written = json::serialize(*object);  // by servers that forget to make it a text
        arguments = written;
    }
    argument_bytes_ += arguments.size();
    if (calls_.size() > most_calls || argument_bytes_ > argument_limit) {
        return Error{ErrorKind::ProviderBroke, fmt::format("{} asked for too much at once.", peer_),
                     fmt::format("{} calls, {} bytes of arguments", calls_.size(), argument_bytes_)};
    }
    auto& call = call_for(piece);
    if (call.id.empty()) {
        call.id = text_at(piece, "id");
    }
    if (call.name.empty() && function) {
        call.name = text_at(*function, "name");
    }
    call.arguments += arguments;
    if (const auto* extra = object_at(piece, "extra_content")) {
        call.extras["extra_content"] = *extra;
    }
    return {};
}

// Whose piece it is: told by the index, by the id where the index is always the same, and by neither
// where calls come whole.
AnswerEvents::Call& AnswerEvents::call_for(const json::object& piece) {
    const auto* number = piece.if_contains("index");
    std::optional<std::int64_t> index;
    if (number && number->is_int64()) {
        index = number->get_int64();
    }
    auto id = text_at(piece, "id");
    Call* known = nullptr;
    for (auto& call : calls_) {
        if (!index || call.index == index) {
            known = &call;  // the last of them
        }
    }
    const auto* function = object_at(piece, "function");
    const bool begins = function && !text_at(*function, "name").empty() &&
                        !(text_at(*function, "arguments").empty() && !object_at(*function, "arguments"));
    const bool another = known && !id.empty() ? !known->id.empty() && known->id != id
                                              : known && begins && object_in(known->arguments);
    if (!known || another) {
        return calls_.emplace_back(Call{.index = index});
    }
    return *known;
}

Result<void> AnswerEvents::end(std::string_view reason, std::vector<ModelOutput>& outputs) {
    ended_ = true;
    if (reason == "content_filter") {
        return Error{ErrorKind::ProviderBroke, fmt::format("{} would not go on with this answer.", peer_),
                     "finish_reason content_filter"};
    }
    if (auto rest = content_.finish(); !rest.empty()) {
        said_anything_ = true;
        outputs.push_back(TextDelta{std::move(rest)});
    }
    const bool cut_short = reason == "length";
    end_calls(cut_short, outputs);
    if (thinking_forbidden_ && !said_anything_ && given_calls_ == 0 && !cut_short && !all_thoughts_.empty()) {
        outputs.push_back(TextDelta{std::move(all_thoughts_)});
    }
    // Some servers say "stop" whether or not they have called skills.
    outputs.push_back(AnswerEnd{.reason = given_calls_ > 0 ? "skill"
                                          : cut_short      ? "length"
                                                           : "stop",
                                .prompt_tokens = prompt_tokens_,
                                .answer_tokens = answer_tokens_,
                                .cached_tokens = cached_tokens_});
    return {};
}

void AnswerEvents::end_calls(bool cut_short, std::vector<ModelOutput>& outputs) {
    for (auto& call : calls_) {
        auto arguments = object_in(call.arguments);
        if (call.name.empty() || (cut_short && !arguments)) {
            continue;  // a call of nothing, or half a call, cannot be answered
        }
        ++given_calls_;
        // Arguments that are no JSON become none; the skill's schema then says what is missing.
        outputs.push_back(
            SkillCall{.id = call.id.empty() ? fmt::format("call_{}", given_calls_) : std::move(call.id),
                      .name = std::move(call.name),
                      .arguments = std::move(arguments).value_or(json::object()),
                      .extras = std::move(call.extras)});
    }
}

}  // namespace repartee::engines::openai
