#include "workers/espeak/sentences.h"

#include <algorithm>
#include <array>
#include <utility>

namespace repartee::workers::espeak {

namespace {

constexpr std::array<std::string_view, 11> sentence_ends{". ",
                                                         "! ",
                                                         "? ",
                                                         ".\n",
                                                         "!\n",
                                                         "?\n",
                                                         "\n\n",
                                                         "\xE0\xA5\xA4" /* danda */,
                                                         "\xE3\x80\x82" /* 。 */,
                                                         "\xEF\xBC\x81" /* ！ */,
                                                         "\xEF\xBC\x9F" /* ？ */};

// Behind the last end of a sentence in `text`.
std::size_t last_end(std::string_view text) {
    std::size_t end = 0;
    for (auto mark : sentence_ends) {
        if (auto found = text.rfind(mark); found != std::string_view::npos) {
            end = std::max(end, found + mark.size());
        }
    }
    return end;
}

}  // namespace

void Sentences::push(std::string_view fragment, bool whole) {
    pending_ += fragment;
    complete_ = whole ? pending_.size() : std::max(complete_, last_end(pending_));
}

std::optional<std::string> Sentences::next() {
    if (complete_ == 0) {
        return std::nullopt;
    }
    auto rest = pending_.substr(complete_);
    pending_.resize(complete_);
    complete_ = 0;
    return std::exchange(pending_, std::move(rest));
}

std::optional<std::string> Sentences::rest() {
    return pending_.empty() ? std::nullopt : std::optional(std::exchange(pending_, {}));
}

}  // namespace repartee::workers::espeak
