#include "surfaces/voice_ai/personal_model.h"

#include <optional>
#include <utility>

namespace repartee::surfaces::voice_ai {

namespace {

class OwnFirst final : public engines::ModelStream {
public:
    OwnFirst(std::shared_ptr<engines::Model> own, engines::Model& servers, engines::Prompt prompt, Log log)
        : own_(std::move(own)),
          servers_(servers),
          prompt_(std::move(prompt)),
          log_(std::move(log)),
          stream_(own_->start(prompt_)) {}

    awaitable<std::optional<engines::ModelOutput>> next() override {
        std::optional<Error> failure;
        try {
            auto output = co_await stream_->next();
            decided_ = true;
            co_return output;
        } catch (const Failure& failed) {
            // What the listener has begun to hear cannot be taken back.
            if (decided_) {
                throw;
            }
            failure = failed.error();
        }
        log_.warning(
            "a user's own model failed, taking the server's",
            {{"engine", own_->info().kind}, {"reason", failure->message}, {"detail", failure->detail}});
        decided_ = true;
        stream_ = servers_.start(std::move(prompt_));
        auto output = co_await stream_->next();
        co_return output;
    }

private:
    std::shared_ptr<engines::Model> own_;
    engines::Model& servers_;
    engines::Prompt prompt_;
    Log log_;
    std::unique_ptr<engines::ModelStream> stream_;
    bool decided_ = false;  // who answers
};

}  // namespace

std::unique_ptr<engines::ModelStream> PersonalModel::start(engines::Prompt prompt) {
    if (!own_) {
        return servers_.start(std::move(prompt));
    }
    return std::make_unique<OwnFirst>(own_, servers_, std::move(prompt), log_);
}

void PersonalModel::prepare(const engines::Prompt& prompt) {
    if (own_) {
        own_->prepare(prompt);
    } else {
        servers_.prepare(prompt);
    }
}

}  // namespace repartee::surfaces::voice_ai
