#include "engines/automatic.h"

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

}  // namespace

awaitable<Health> AutomaticRecogniser::check() {
    return check_all(roster_);
}

std::unique_ptr<RecogniserStream> AutomaticRecogniser::start(const RecognitionRequest& request) {
    return best().start(request);
}

awaitable<Health> AutomaticSynthesiser::check() {
    return check_all(roster_);
}

std::unique_ptr<SpeechStream> AutomaticSynthesiser::start(const SpeechRequest& request) {
    return best().start(request);
}

awaitable<Health> AutomaticModel::check() {
    return check_all(roster_);
}

std::unique_ptr<ModelStream> AutomaticModel::start(Prompt prompt) {
    return std::make_unique<FallbackStream>(roster_, std::move(prompt), log_);
}

}  // namespace repartee::engines
