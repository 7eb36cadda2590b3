#include "conversation/reasoning_filter.h"

#include "conversation/markup.h"

#include <algorithm>
#include <array>

namespace repartee::conversation {
namespace {

constexpr std::array<std::string_view, 5> names = {"think", "thinking", "thought", "reasoning", "reflection"};

constexpr std::size_t longest_tag = std::string_view("</reflection>").size();

bool is_white(char character) {
    return character == ' ' || character == '\n' || character == '\r' || character == '\t';
}

// Whether more bytes could make a tag of this.
bool may_become_tag(std::string_view text) {
    const std::string lower = lower_ascii(text);
    return std::any_of(names.begin(), names.end(), [&](std::string_view name) {
        const std::string opening = "<" + std::string(name) + ">";
        const std::string closing = "</" + std::string(name) + ">";
        return opening.starts_with(lower) || closing.starts_with(lower);
    });
}

}  // namespace

std::string_view reasoning_name(std::string_view tag) {
    if (tag.size() < 3 || tag.front() != '<' || tag.back() != '>') {
        return {};
    }
    tag = tag.substr(1, tag.size() - 2);
    if (tag.front() == '/') {
        tag.remove_prefix(1);
    }
    const auto* name = std::find(names.begin(), names.end(), lower_ascii(tag));
    return name == names.end() ? std::string_view{} : *name;
}

std::string ReasoningFilter::push(std::string_view delta) {
    held_ += delta;
    return read(More::Coming);
}

std::string ReasoningFilter::finish() {
    return read(More::None);
}

std::string ReasoningFilter::read(More more) {
    std::string shown;
    std::string_view rest = held_;
    while (!rest.empty()) {
        if (!closing_.empty()) {
            const auto end = lower_ascii(rest).find(closing_);
            if (end == std::string::npos) {
                // The closing tag may be cut in two.
                rest.remove_prefix(rest.size() - std::min(rest.size(), closing_.size() - 1));
                break;
            }
            rest.remove_prefix(end + closing_.size());
            closing_.clear();
            behind_block_ = true;
            continue;
        }
        const auto bracket = rest.find('<');
        show(shown, rest.substr(0, bracket));
        if (bracket == std::string_view::npos) {
            rest = {};
            break;
        }
        rest.remove_prefix(bracket);
        const auto end = rest.substr(0, longest_tag).find('>');
        const std::string_view tag =
            end == std::string_view::npos ? std::string_view{} : rest.substr(0, end + 1);
        const std::string_view name = reasoning_name(tag);
        if (!name.empty() && before_ != '`') {
            if (tag[1] != '/') {
                closing_ = "</" + std::string(name) + ">";
            }
            behind_block_ = true;
            rest.remove_prefix(tag.size());
        } else if (tag.empty() && more == More::Coming && may_become_tag(rest)) {
            break;
        } else {
            show(shown, rest.substr(0, 1));
            rest.remove_prefix(1);
        }
    }
    if (more == More::None) {
        rest = {};
    }
    held_ = std::string(rest);
    return shown;
}

void ReasoningFilter::show(std::string& shown, std::string_view text) {
    while (behind_block_ && !shown_ && !text.empty() && is_white(text.front())) {
        text.remove_prefix(1);
    }
    if (text.empty()) {
        return;
    }
    shown_ = shown_ || !std::all_of(text.begin(), text.end(), is_white);
    before_ = text.back();
    shown += text;
}

}  // namespace repartee::conversation
