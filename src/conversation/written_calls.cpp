#include "conversation/written_calls.h"

#include "conversation/markup.h"
#include "conversation/written_reply.h"

#include <algorithm>
#include <utility>

namespace repartee::conversation {

namespace {

constexpr std::string_view fence = "```";
constexpr std::string_view opening_tag = "<tool_call>";
constexpr std::string_view closing_tag = "</tool_call>";

// More white space than this is not looked behind, more letters are no language.
constexpr std::size_t longest_gap = 64;
constexpr std::size_t longest_language = 20;

bool is_blank(char character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
}

bool is_of_language(char character) {
    return (character >= 'a' && character <= 'z') || (character >= 'A' && character <= 'Z') ||
           (character >= '0' && character <= '9') || character == '_' || character == '-' || character == '+';
}

enum class Begins { Yes, No, Unknown };

std::string_view behind_gap(std::string_view text) {
    std::size_t gap = 0;
    while (gap < text.size() && gap <= longest_gap && is_blank(text[gap])) {
        ++gap;
    }
    return text.substr(gap);
}

// A JSON object, or a list of them: what stands behind the bracket tells it from other brackets.
Begins value_begins(std::string_view text) {
    if (text.empty()) {
        return Begins::Unknown;
    }
    if (text.front() != '{' && text.front() != '[') {
        return Begins::No;
    }
    auto inside = behind_gap(text.substr(1));
    if (inside.empty()) {
        return Begins::Unknown;
    }
    if (text.front() == '[') {
        return inside.front() == '{' ? value_begins(inside) : Begins::No;
    }
    return inside.front() == '"' || inside.front() == '}' ? Begins::Yes : Begins::No;
}

// What text that begins with a bracket, a backtick or "<" is the beginning of.
struct Opening {
    enum class Kind {
        Text,     // nothing: `length` bytes to show
        Hidden,   // the end of a wrapping: `length` bytes not to show
        Code,     // a block of code: `length` bytes to show, and all that is in it
        Value,    // maybe an object of ours, behind `length` bytes of wrapping that `closing` ends
        Unknown,  // more is needed
    } kind;
    std::size_t length = 1;
    std::string_view closing = {};
};

Opening behind_wrapping(std::string_view text, std::size_t wrapping, std::string_view closing,
                        Opening otherwise) {
    auto value = behind_gap(text.substr(wrapping));
    switch (value_begins(value)) {
        case Begins::Yes: return {Opening::Kind::Value, text.size() - value.size(), closing};
        case Begins::Unknown: return {Opening::Kind::Unknown};
        case Begins::No: break;
    }
    return otherwise;
}

// `complete`: no more is coming.
Opening fence_at(std::string_view text, bool closes, bool complete) {
    auto run = std::min({text.find_first_not_of('`'), text.size(), longest_gap});
    if (run == text.size() && run < longest_gap && !complete) {
        return {Opening::Kind::Unknown};
    }
    if (run < fence.size() || run == longest_gap) {
        return {Opening::Kind::Text, run};
    }
    if (closes) {
        return {Opening::Kind::Hidden, run};
    }
    auto language = run;
    while (language < text.size() && language - run <= longest_language && is_of_language(text[language])) {
        ++language;
    }
    return behind_wrapping(text, language, fence, {Opening::Kind::Code, run});
}

Opening opening_of(std::string_view text, std::string_view pending_closing, bool complete) {
    if (text.front() == '`') {
        return fence_at(text, pending_closing == fence, complete);
    }
    if (text.front() == '<') {
        if (text.starts_with(closing_tag)) {
            return {Opening::Kind::Hidden, closing_tag.size()};
        }
        if (text.starts_with(opening_tag)) {
            return behind_wrapping(text, opening_tag.size(), closing_tag, {Opening::Kind::Text});
        }
        bool may_become = opening_tag.starts_with(text) || closing_tag.starts_with(text);
        return {may_become ? Opening::Kind::Unknown : Opening::Kind::Text};
    }
    return behind_wrapping(text, 0, {}, {Opening::Kind::Text});
}

}  // namespace

bool WrittenCalls::Bounds::ended_by(char character) {
    if (in_string_) {
        in_string_ = escaped_ || character != '"';
        escaped_ = !escaped_ && character == '\\';
        return false;
    }
    switch (character) {
        case '"': in_string_ = true; return false;
        case '{':
        case '[': ++depth_; return false;
        case '}':
        case ']': --depth_; return depth_ == 0;
        default: return false;
    }
}

std::vector<WrittenPiece> WrittenCalls::push(std::string_view delta) {
    held_ += delta;
    return read(More::Coming);
}

std::vector<WrittenPiece> WrittenCalls::finish() {
    return read(More::None);
}

std::vector<WrittenPiece> WrittenCalls::read(More more) {
    bool goes_on = true;
    while (goes_on && !held_.empty()) {
        goes_on = endless_   ? skip_rest_of_value()
                  : capture_ ? read_value(more)
                  : in_code_ ? read_code(more)
                             : read_text(more);
    }
    return std::exchange(pieces_, {});
}

bool WrittenCalls::read_text(More more) {
    auto start = std::min(held_.find_first_of("{[`<"), held_.size());
    auto text = std::string_view(held_).substr(start);
    auto opening =
        text.empty() ? Opening{Opening::Kind::Text, 0} : opening_of(text, closing_, more == More::None);
    if (opening.kind == Opening::Kind::Unknown && more == More::None) {
        opening = {Opening::Kind::Text};
    }
    switch (opening.kind) {
        case Opening::Kind::Text:
            show(std::string_view(held_).substr(0, start + opening.length));
            held_.erase(0, start + opening.length);
            return true;
        case Opening::Kind::Hidden:
            show(std::string_view(held_).substr(0, start));
            held_.erase(0, start + opening.length);
            closing_.clear();
            return true;
        case Opening::Kind::Code:
            show(std::string_view(held_).substr(0, start + opening.length));
            held_.erase(0, start + opening.length);
            in_code_ = true;
            return true;
        case Opening::Kind::Value:
            show(std::string_view(held_).substr(0, start));
            held_.erase(0, start);
            capture_.emplace(Capture{.value = opening.length,
                                     .closing = std::string(opening.closing),
                                     .bounds = {},
                                     .looked_at = opening.length,
                                     .end = {},
                                     .reply = {}});
            return true;
        case Opening::Kind::Unknown: break;
    }
    show(std::string_view(held_).substr(0, start));
    held_.erase(0, start);
    return false;
}

bool WrittenCalls::read_code(More more) {
    auto end = held_.find(fence);
    auto run_end = end == std::string::npos ? end : held_.find_first_not_of('`', end);
    if (run_end != std::string::npos || more == More::None) {
        auto length = std::min(run_end, held_.size());
        show(std::string_view(held_).substr(0, length));
        held_.erase(0, length);
        in_code_ = end == std::string::npos;
        return true;
    }
    // The fence may be cut in two.
    auto last = held_.find_last_not_of('`');
    auto certain = end != std::string::npos ? end : last == std::string::npos ? 0 : last + 1;
    show(std::string_view(held_).substr(0, certain));
    held_.erase(0, certain);
    return false;
}

bool WrittenCalls::read_value(More more) {
    auto& capture = *capture_;
    auto limit = std::min(held_.size(), capture.value + longest_object);
    while (!capture.end && capture.looked_at < limit) {
        if (capture.bounds.ended_by(held_[capture.looked_at++])) {
            capture.end = capture.looked_at;
            auto value = std::string_view(held_).substr(capture.value, *capture.end - capture.value);
            if (auto found = written_reply(value)) {
                capture.if_alone = found->if_alone;
                capture.reply = std::move(found->reply);
            }
        }
    }
    if (!capture.end) {
        if (more == More::Coming && limit == held_.size() && limit < capture.value + longest_object) {
            return false;
        }
        give_up_value();
        return true;
    }
    if (!capture.reply || (capture.if_alone && anything_)) {
        show_value(*capture.end);
        return true;
    }
    if (!capture.if_alone) {
        take_value(*capture.end, std::move(*capture.reply));
        return true;
    }
    auto behind = without_leading_space(std::string_view(held_).substr(*capture.end));
    if (!capture.closing.empty() && behind.starts_with(capture.closing)) {
        behind = without_leading_space(behind.substr(capture.closing.size()));
    }
    bool may_be_alone = behind.empty() || capture.closing.starts_with(behind);
    if (may_be_alone && more == More::Coming) {
        return false;
    }
    if (may_be_alone) {
        take_value(held_.size(), std::move(*capture.reply));
    } else {
        show_value(*capture.end);
    }
    return true;
}

// It has no end, or none within the limit.
void WrittenCalls::give_up_value() {
    auto& capture = *capture_;
    auto seen = std::string_view(held_).substr(capture.value, capture.looked_at - capture.value);
    if (auto reply = broken_reply(seen)) {
        endless_ = capture.bounds;
        take_value(capture.looked_at, std::move(*reply));
    } else {
        show_value(capture.looked_at);
    }
}

bool WrittenCalls::skip_rest_of_value() {
    for (std::size_t index = 0; index < held_.size(); ++index) {
        if (endless_->ended_by(held_[index])) {
            held_.erase(0, index + 1);
            endless_.reset();
            return true;
        }
    }
    held_.clear();
    return false;
}

void WrittenCalls::take_value(std::size_t length, WrittenReply reply) {
    leading_.clear();
    anything_ = true;
    behind_reply_ = true;
    if (!capture_->closing.empty()) {
        closing_ = capture_->closing;
    }
    pieces_.emplace_back(std::move(reply));
    held_.erase(0, length);
    capture_.reset();
}

void WrittenCalls::show_value(std::size_t length) {
    show(std::string_view(held_).substr(0, length));
    held_.erase(0, length);
    in_code_ = capture_->closing == fence;
    capture_.reset();
}

void WrittenCalls::show(std::string_view text) {
    auto blank = std::min(text.find_first_not_of(" \t\r\n"), text.size());
    if (!anything_) {
        leading_ += text.substr(0, std::min(blank, longest_gap - leading_.size()));
        text.remove_prefix(blank);
        if (text.empty()) {
            return;
        }
    }
    std::string shown = std::exchange(leading_, {});
    if (behind_reply_) {
        text.remove_prefix(blank);
        if (text.empty()) {
            return;
        }
        shown = last_shown_ != '\0' && !is_blank(last_shown_) ? " " : "";
    }
    if (text.empty()) {
        return;
    }
    anything_ = true;
    behind_reply_ = false;
    shown += text;
    last_shown_ = shown.back();
    auto* before = pieces_.empty() ? nullptr : std::get_if<std::string>(&pieces_.back());
    if (before != nullptr) {
        *before += shown;
    } else {
        pieces_.emplace_back(std::move(shown));
    }
}

}  // namespace repartee::conversation
