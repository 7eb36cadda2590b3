#include "engines/automatic.h"

#include "engines/takeover_hearing.h"
#include "engines/takeover_speech.h"
#include "engines/translated_hearing.h"

#include <algorithm>
#include <deque>
#include <functional>

namespace repartee::engines {

namespace {

awaitable<Health> check_all(Roster& roster) {
    co_await roster.check(check_limit);
    for (const auto& verdict : roster.verdicts()) {
        if (verdict.in_use) {
            co_return verdict.health;
        }
    }
    co_return Health{};
}

class FallbackStream final : public ModelStream {
public:
    FallbackStream(Roster& roster, Prompt prompt, Log log)
        : roster_(roster), prompt_(std::move(prompt)), log_(std::move(log)) {
        auto ranking = roster_.ranking();
        untried_.assign(ranking.begin(), ranking.end());
        advance();
    }

    awaitable<std::optional<ModelOutput>> next() override {
        for (;;) {
            std::optional<Error> failure;
            try {
                auto output = co_await stream_->next();
                committed_ = true;
                co_return output;
            } catch (const Failure& failed) {
                if (is_lasting(failed.error().kind)) {
                    roster_.gave_up(at_, failed.error());
                }
                // What the listener has begun to hear cannot be taken back.
                if (committed_ || untried_.empty()) {
                    throw;
                }
                failure = failed.error();
            }
            log_.warning("model failed, taking the next",
                         {{"engine", kind_}, {"reason", failure->message}, {"detail", failure->detail}});
            advance();
        }
    }

private:
    void advance() {
        at_ = untried_.front();
        untried_.pop_front();
        auto& model = static_cast<Model&>(roster_.at(at_));
        kind_ = model.info().kind;
        stream_ = model.start(untried_.empty() ? std::move(prompt_) : prompt_);
    }

    Roster& roster_;
    Prompt prompt_;
    Log log_;
    std::deque<std::size_t> untried_;
    std::size_t at_ = 0;  // position of the one that answers
    std::string kind_;
    std::unique_ptr<ModelStream> stream_;
    bool committed_ = false;
};

EngineInfo info_of(const Roster& roster) {
    auto info = roster.best().info();
    info.place = roster.farthest();
    return info;
}

// The promising candidates that can do it, best first. Where none can, the best of all: it is the one to say
// so.
std::deque<std::size_t> candidates_for(const Roster& roster,
                                       const std::function<bool(const Engine& candidate)>& can) {
    std::deque<std::size_t> able;
    auto promising = roster.promising();
    for (auto position : promising) {
        if (can(roster.at(position))) {
            able.push_back(position);
        }
    }
    if (able.empty()) {
        able.push_back(promising.front());
    }
    return able;
}

void add_missing(std::vector<Language>& languages, const std::vector<Language>& more) {
    for (const auto& language : more) {
        if (std::ranges::find(languages, language) == languages.end()) {
            languages.push_back(language);
        }
    }
}

}  // namespace

awaitable<Health> AutomaticDetector::check() {
    co_return co_await check_all(roster_);
}

awaitable<Health> AutomaticSpeakerEmbedder::check() {
    co_return co_await check_all(roster_);
}

awaitable<Health> AutomaticEmbedder::check() {
    co_return co_await check_all(roster_);
}

awaitable<Health> AutomaticRecogniser::check() {
    return check_all(roster_);
}

EngineInfo AutomaticRecogniser::info() const {
    return info_of(roster_);
}

RecogniserCapabilities AutomaticRecogniser::capabilities() const {
    auto all = best().capabilities();
    auto verdicts = roster_.verdicts();
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
        if (!verdicts[i].health.usable) {
            continue;  // nor does it know yet what it can
        }
        auto one = static_cast<const Recogniser&>(roster_.at(i)).capabilities();
        if (one.languages.empty() || all.languages.empty()) {
            all.languages.clear();
        } else {
            add_missing(all.languages, one.languages);
        }
        add_missing(all.translates_to, one.translates_to);
    }
    all.translates_to_any = translator_ != nullptr && translator_->is_there();
    return all;
}

std::unique_ptr<RecogniserStream> AutomaticRecogniser::start(const RecognitionRequest& request) {
    // Of those who know the language some may translate. Where none does and no language model helps, one of
    // them says so.
    auto able = [&](const Engine& candidate) {
        auto capabilities = static_cast<const Recogniser&>(candidate).capabilities();
        return understands(capabilities, request) && translates(capabilities, request);
    };
    auto candidates = candidates_for(roster_, able);
    if (!able(roster_.at(candidates.front())) && wants_translation(request) && translator_ != nullptr &&
        translator_->is_there()) {
        auto as_spoken = request;
        as_spoken.translate_to.clear();
        as_spoken.partials = false;
        return std::make_unique<TranslatedHearing>(start(as_spoken), request.translate_to, *translator_,
                                                   log_);
    }
    if (candidates.size() == 1) {
        return static_cast<Recogniser&>(roster_.at(candidates.front())).start(request);
    }
    return std::make_unique<TakeoverHearing>(roster_, std::move(candidates), request, log_);
}

awaitable<Health> AutomaticSynthesiser::check() {
    return check_all(roster_);
}

EngineInfo AutomaticSynthesiser::info() const {
    return info_of(roster_);
}

std::unique_ptr<SpeechStream> AutomaticSynthesiser::start(const SpeechRequest& request) {
    auto able = [&](const Engine& candidate) {
        auto languages = static_cast<const Synthesiser&>(candidate).capabilities().languages;
        return languages.empty() || std::ranges::any_of(languages, [&](const Language& offered) {
                   return serves(offered, request.voice.language);
               });
    };
    auto candidates = candidates_for(roster_, able);
    if (candidates.size() == 1) {
        return static_cast<Synthesiser&>(roster_.at(candidates.front())).start(request);
    }
    return std::make_unique<TakeoverSpeech>(roster_, std::move(candidates), request, log_);
}

EngineInfo AutomaticModel::info() const {
    return info_of(roster_);
}

awaitable<Health> AutomaticModel::check() {
    return check_all(roster_);
}

std::unique_ptr<ModelStream> AutomaticModel::start(Prompt prompt) {
    return std::make_unique<FallbackStream>(roster_, std::move(prompt), log_);
}

// The others would read it in vain, as long as the best is well.
void AutomaticModel::prepare(const Prompt& prompt) {
    static_cast<Model&>(roster_.best()).prepare(prompt);
}

}  // namespace repartee::engines
