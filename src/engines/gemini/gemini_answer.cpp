// The events of a stream as an answer.
#include "engines/gemini/gemini_wire.h"
#include "engines/json_parts.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace repartee::engines::gemini {

namespace json = boost::json;

namespace {

// A reason in Gemini's spelling, fit to be shown.
std::string word(std::string_view reason) {
    std::string shown;
    for (char c : reason.substr(0, 40)) {
        shown += (c >= 'A' && c <= 'Z') || c == '_' ? c : '?';
    }
    return shown;
}

bool is_misplaced_call(std::string_view reason) {
    constexpr std::array<std::string_view, 3> reasons{"MALFORMED_FUNCTION_CALL", "UNEXPECTED_TOOL_CALL",
                                                      "TOO_MANY_TOOL_CALLS"};
    return std::ranges::find(reasons, reason) != reasons.end();
}

Error declined(std::string_view reason) {
    return {ErrorKind::ProviderBroke, fmt::format("Gemini would not answer that ({}).", word(reason)),
            "blocked by Gemini"};
}

Error reported(const json::object& error) {
    auto complaint = short_complaint(text_at(error, "message"));
    auto code = count_at(error, "code");
    if (code == 429 || code == 503) {
        return {ErrorKind::Busy, "Gemini is busy. Please try again in a moment.", complaint};
    }
    return {ErrorKind::ProviderBroke, fmt::format("Gemini gave up: {}", complaint),
            "error event in the stream"};
}

}  // namespace

Result<std::vector<ModelOutput>> AnswerEvents::take(std::string_view event) {
    std::vector<ModelOutput> outputs;
    if (ended_ || event.find_first_not_of(" \t") == std::string_view::npos) {
        return outputs;
    }
    auto object = object_in(event);
    if (!object) {
        return Error{ErrorKind::ProviderBroke, "Gemini answered something that makes no sense.",
                     fmt::format("no JSON object in an event of {} bytes", event.size())};
    }
    if (const auto* error = object_at(*object, "error")) {
        return reported(*error);
    }
    if (const auto* usage = object_at(*object, "usageMetadata")) {
        prompt_tokens_ = count_at(*usage, "promptTokenCount");
        answer_tokens_ = count_at(*usage, "candidatesTokenCount");
    }
    const auto* candidates = array_at(*object, "candidates");
    const auto* candidate = candidates && !candidates->empty() ? candidates->front().if_object() : nullptr;
    if (!candidate) {
        const auto* feedback = object_at(*object, "promptFeedback");
        if (auto reason = feedback ? text_at(*feedback, "blockReason") : std::string_view();
            !reason.empty()) {
            return declined(reason);
        }
        return outputs;
    }
    const auto* content = object_at(*candidate, "content");
    if (const auto* parts = content ? array_at(*content, "parts") : nullptr) {
        for (const auto& part : *parts) {
            if (const auto* fields = part.if_object()) {
                take_part(*fields, outputs);
            }
        }
    }
    if (auto reason = text_at(*candidate, "finishReason"); !reason.empty()) {
        if (auto ending = end(reason, outputs); !ending) {
            return ending.error();
        }
    }
    return outputs;
}

Result<std::vector<ModelOutput>> AnswerEvents::take_end() {
    if (!ended_) {
        return Error{ErrorKind::ProviderBroke, "Gemini broke off in the middle of its answer.",
                     "end of body before finishReason"};
    }
    return std::vector<ModelOutput>();
}

void AnswerEvents::take_part(const json::object& part, std::vector<ModelOutput>& outputs) {
    const auto* thought = part.if_contains("thought");
    const bool aloud = !(thought && thought->is_bool() && thought->get_bool());
    if (auto text = text_at(part, "text"); !text.empty()) {
        if (!aloud) {
            WholeCharacters characters;
            outputs.push_back(ReasoningDelta{characters.take(text)});
        } else if (auto whole = content_.take(text); !whole.empty()) {
            outputs.push_back(TextDelta{std::move(whole)});
        }
    }
    const auto* call = object_at(part, "functionCall");
    auto name = call ? text_at(*call, "name") : std::string_view();
    if (name.empty()) {
        return;  // a call of nothing cannot be answered
    }
    ++calls_;
    const auto* arguments = object_at(*call, "args");
    // The id is ours, because Gemini's is mostly absent.
    SkillCall asked{.id = fmt::format("call_{}", calls_),
                    .name = std::string(name),
                    .arguments = arguments ? *arguments : json::object()};
    if (auto signature = text_at(part, "thoughtSignature"); !signature.empty()) {
        asked.extras["thoughtSignature"] = signature;
    }
    if (auto id = text_at(*call, "id"); !id.empty()) {
        asked.extras["id"] = id;
    }
    outputs.push_back(std::move(asked));
}

Result<void> AnswerEvents::end(std::string_view reason, std::vector<ModelOutput>& outputs) {
    if (is_misplaced_call(reason)) {
        worth_another_try_ = true;
        return Error{ErrorKind::ProviderBroke, "Gemini asked for a skill in a way that makes no sense.",
                     std::string(word(reason))};
    }
    if (reason != "STOP" && reason != "MAX_TOKENS") {
        return declined(reason);
    }
    ended_ = true;
    if (auto rest = content_.finish(); !rest.empty()) {
        outputs.push_back(TextDelta{std::move(rest)});
    }
    // "STOP" whether or not it has called skills.
    outputs.push_back(AnswerEnd{.reason = calls_ > 0               ? "skill"
                                          : reason == "MAX_TOKENS" ? "length"
                                                                   : "stop",
                                .prompt_tokens = prompt_tokens_,
                                .answer_tokens = answer_tokens_});
    return {};
}

}  // namespace repartee::engines::gemini
