#include "engines/scripted/scripted_model.h"

#include "engines/scripted/words.h"

#include <algorithm>
#include <array>
#include <ranges>

namespace repartee::engines::scripted {

namespace {

constexpr std::string_view placeholder = "{text}";

// Sentences of eight words, so that the reply is streamed clause by clause like any other.
std::string counted_words(std::int64_t count) {
    constexpr std::array<std::string_view, 8> words{"one",  "two", "three", "four",
                                                    "five", "six", "seven", "eight"};
    std::string text;
    for (std::int64_t i = 0; i < count; ++i) {
        auto place = static_cast<std::size_t>(i) % words.size();
        text += i == 0 ? "" : " ";
        text += place == 0 ? "One" : words[place];
        text += place + 1 == words.size() || i + 1 == count ? "." : "";
    }
    return text;
}

std::string_view last_words_of_user(const Prompt& prompt) {
    for (const auto& message : std::views::reverse(prompt.messages)) {
        if (message.role == Role::User) {
            return message.content;
        }
    }
    return {};
}

class Answer final : public ModelStream {
public:
    Answer(std::string text, std::optional<int> max_tokens, TimePoint first_due,
           std::chrono::milliseconds token, Clock& clock)
        : text_(std::move(text)), ends_(word_ends(text_)), due_(first_due), token_(token), clock_(clock) {
        if (max_tokens && static_cast<std::size_t>(std::max(*max_tokens, 0)) < ends_.size()) {
            ends_.resize(static_cast<std::size_t>(std::max(*max_tokens, 0)));
            reason_ = "length";
        }
    }

    awaitable<std::optional<ModelOutput>> next() override {
        if (over_) {
            co_return std::nullopt;
        }
        over_ = true;  // stays so when the wait is cancelled
        if (told_ == 0 || told_ < ends_.size()) {
            if (due_ > clock_.now()) {
                co_await clock_.sleep_until(due_);
            }
            due_ += token_;
        }
        if (told_ == ends_.size()) {
            co_return AnswerEnd{.reason = reason_, .answer_tokens = static_cast<int>(told_)};
        }
        over_ = false;
        auto begin = told_ == 0 ? 0 : ends_[told_ - 1];
        auto end = ends_[told_++];
        co_return TextDelta{text_.substr(begin, end - begin)};
    }

private:
    const std::string text_;
    std::vector<std::size_t> ends_;
    std::size_t told_ = 0;  // words
    TimePoint due_;
    const std::chrono::milliseconds token_;
    Clock& clock_;
    std::string reason_ = "stop";
    bool over_ = false;
};

}  // namespace

std::string reply_to(const ScriptedSettings& settings, const Prompt& prompt) {
    if (settings.reply_words > 0) {
        return counted_words(settings.reply_words);
    }
    auto reply = settings.reply;
    auto words = last_words_of_user(prompt);
    for (auto place = reply.find(placeholder); place != std::string::npos;
         place = reply.find(placeholder, place + words.size())) {
        reply.replace(place, placeholder.size(), words);
    }
    return reply;
}

EngineInfo ScriptedModel::info() const {
    return {.kind = "scripted", .model = "scripted", .place = Place::Embedded};
}

awaitable<Health> ScriptedModel::check() {
    co_return Health{.usable = true, .reason = "answers what its settings say"};
}

std::unique_ptr<ModelStream> ScriptedModel::start(Prompt prompt) {
    return std::make_unique<Answer>(reply_to(settings_, prompt), prompt.sampling.max_tokens,
                                    clock_.now() + settings_.first_token, settings_.token, clock_);
}

}  // namespace repartee::engines::scripted
