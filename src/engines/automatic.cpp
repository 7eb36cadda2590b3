#include "engines/automatic.h"

#include <algorithm>
#include <deque>

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
        auto& model = static_cast<Model&>(roster_.at(untried_.front()));
        untried_.pop_front();
        kind_ = model.info().kind;
        stream_ = model.start(prompt_);
    }

    Roster& roster_;
    Prompt prompt_;
    Log log_;
    std::deque<std::size_t> untried_;
    std::string kind_;
    std::unique_ptr<ModelStream> stream_;
    bool committed_ = false;
};

// The best candidate that knows the language. Where none does, the best of all: it is the one to say so.
template <class Contract>
Contract& best_for(const Roster& roster, std::string_view language) {
    for (auto position : roster.ranking()) {
        auto& engine = static_cast<Contract&>(roster.at(position));
        auto languages = engine.capabilities().languages;
        if (languages.empty() || std::ranges::any_of(languages, [&](const Language& offered) {
                return serves(offered, language);
            })) {
            return engine;
        }
    }
    return static_cast<Contract&>(roster.best());
}

}  // namespace

awaitable<Health> AutomaticRecogniser::check() {
    return check_all(roster_);
}

std::unique_ptr<RecogniserStream> AutomaticRecogniser::start(const RecognitionRequest& request) {
    return best_for<Recogniser>(roster_, request.language).start(request);
}

awaitable<Health> AutomaticSynthesiser::check() {
    return check_all(roster_);
}

std::unique_ptr<SpeechStream> AutomaticSynthesiser::start(const SpeechRequest& request) {
    return best_for<Synthesiser>(roster_, request.voice.language).start(request);
}

awaitable<Health> AutomaticModel::check() {
    return check_all(roster_);
}

std::unique_ptr<ModelStream> AutomaticModel::start(Prompt prompt) {
    return std::make_unique<FallbackStream>(roster_, std::move(prompt), log_);
}

}  // namespace repartee::engines
