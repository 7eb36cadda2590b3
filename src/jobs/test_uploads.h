// What the tests of both queues upload, and a model that gives them trouble.
#pragma once

#include "audio/wav.h"
#include "base/async.h"
#include "base/error.h"
#include "engines/model.h"

#include <cmath>
#include <memory>
#include <string>
#include <vector>

namespace repartee::jobs {

// Loud syllables with gaps, as far as a detector of energy is concerned.
inline std::string spoken(double seconds = 1) {
    std::vector<audio::Sample> samples(static_cast<std::size_t>(seconds * audio::speech_rate));
    for (std::size_t i = 0; i < samples.size(); ++i) {
        double t = static_cast<double>(i) / audio::speech_rate;
        double envelope = std::fmod(t, 0.3) < 0.2 ? 1 : 0.01;
        samples[i] = static_cast<audio::Sample>(8000 * envelope * std::sin(2 * M_PI * 220 * t));
    }
    return audio::write_wav({.rate = audio::speech_rate, .samples = std::move(samples)});
}

inline std::string silence() {
    return audio::write_wav({.rate = audio::speech_rate, .samples = std::vector<audio::Sample>(16000)});
}

// Fails, or says nothing and stays, as it is told.
class BrokenModel final : public engines::Model {
public:
    bool hangs = false;
    int started = 0;
    int stopped = 0;

    engines::EngineInfo info() const override { return {.kind = "broken", .model = "broken"}; }
    awaitable<engines::Health> check() override { co_return engines::Health{}; }
    std::unique_ptr<engines::ModelStream> start(engines::Prompt) override {
        ++started;
        return std::make_unique<Stream>(*this);
    }

private:
    class Stream final : public engines::ModelStream {
    public:
        explicit Stream(BrokenModel& model) : model_(model) {}
        ~Stream() override { ++model_.stopped; }
        awaitable<std::optional<engines::ModelOutput>> next() override {
            if (!model_.hangs) {
                throw Failure(ErrorKind::ProviderBroke, "the model broke off", "half a line");
            }
            Timer never(co_await asio::this_coro::executor, Timer::time_point::max());
            co_await never.async_wait(use_awaitable);
            co_return std::nullopt;
        }

    private:
        BrokenModel& model_;
    };
};

}  // namespace repartee::jobs
