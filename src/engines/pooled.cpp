#include "engines/pooled.h"

#include "base/task.h"
#include "base/together.h"
#include "engines/automatic.h"
#include "engines/takeover_hearing.h"

#include <fmt/format.h>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines {

namespace {

constexpr auto most_kept_samples =
    static_cast<std::size_t>(std::chrono::seconds(longest_replay).count()) * audio::speech_rate;

// One that does not answer must not make the others look late to the hall.
constexpr Duration limit_of_one = check_limit - 5s;

// --- all at once ---

template <class Contract>
EngineInfo info_of_pool(const Pool<Contract>& pool) {
    auto info = pool.first().info();
    for (const auto& engine : pool.engines) {
        info.place = std::max(info.place, engine->info().place);
    }
    return info;
}

template <class Contract>
awaitable<void> check_one(const Pool<Contract>& pool, std::size_t one, Health& health) {
    Error late{ErrorKind::ProviderLate, "does not answer", {}};
    try {
        health = co_await with_deadline(pool.book->clock(), limit_of_one, pool.engines[one]->check(),
                                        std::move(late));
    } catch (const Failure& refused) {
        health = {.usable = false, .reason = refused.error().message};
    }
    pool.book->checked(pool.addresses[one], health.usable, health.reason);
}

// Usable where one of them is; what is known of each.
template <class Contract>
awaitable<Health> check_pool(const Pool<Contract>& pool) {
    std::vector<Health> healths(pool.engines.size());
    std::vector<Task> questions;
    const auto executor = co_await asio::this_coro::executor;
    for (std::size_t one = 0; one < pool.engines.size(); ++one) {
        questions.emplace_back(executor, check_one(pool, one, healths[one]));
    }
    co_await join_all(questions);
    Health health;
    std::size_t in = 0;
    std::string words;
    for (std::size_t one = 0; one < pool.engines.size(); ++one) {
        const auto facts = pool.book->facts(pool.addresses[one]);
        words += (words.empty() ? "" : "; ") + facts.words;
        in += healths[one].usable ? 1 : 0;
        if (!healths[one].usable && health.advice.empty()) {
            health.advice = healths[one].advice;
        }
    }
    health.usable = in > 0;
    health.reason = fmt::format("{} of {} addresses: {}", in, pool.engines.size(), words);
    if (health.usable) {
        health.advice.clear();
    }
    co_return health;
}

template <class Contract>
awaitable<void> close_pool(const Pool<Contract>& pool) {
    for (const auto& engine : pool.engines) {
        co_await engine->close();
    }
}

// --- one piece of work ---

// Where none knows the language, all are asked; else only those who do.
std::size_t how_many_will_do(std::size_t all, const std::vector<bool>& able) {
    const auto number = static_cast<std::size_t>(std::ranges::count(able, true));
    return number > 0 ? number : all;
}

// Where a piece of work is, and whether it may be begun once more elsewhere.
class Stay {
public:
    template <class Contract>
    Stay(const Pool<Contract>& pool, std::vector<bool> able)
        : book_(*pool.book),
          patience_(pool.patience),
          has_others_(how_many_will_do(pool.engines.size(), able) > 1) {
        wanted_.addresses = pool.addresses;
        wanted_.able = std::move(able);
    }

    bool has_place() const { return slot_.has_value(); }
    std::size_t address() const { return slot_->address(); }

    bool try_begin() {
        auto slot = book_.try_take(wanted_);
        if (slot) {
            slot_.emplace(std::move(*slot));
        }
        return slot_.has_value();
    }
    awaitable<void> begin() {
        auto wanted = wanted_;
        auto slot = co_await book_.take(std::move(wanted), patience_);
        slot_.emplace(std::move(slot));
    }

    // It has said something.
    void answered() {
        if (!has_answered_ && slot_) {
            slot_->works();
        }
        has_answered_ = true;
    }
    // Whether it may be begun again.
    bool failed(const Error& why) {
        if (!slot_) {
            return false;
        }
        slot_->failed(why);
        const bool again = !has_answered_ && has_others_ && !wanted_.tried && is_about_address(why.kind);
        wanted_.tried = slot_->address();
        slot_.reset();
        return again;
    }
    void end() { slot_.reset(); }

private:
    AddressBook& book_;
    const Duration patience_;
    const bool has_others_;
    AddressBook::Wanted wanted_;
    std::optional<AddressBook::Slot> slot_;
    bool has_answered_ = false;
};

class PooledHearing final : public RecogniserStream {
public:
    PooledHearing(const Pool<Recogniser>& pool, std::vector<bool> able, RecognitionRequest request)
        : pool_(pool), stay_(pool, std::move(able)), request_(std::move(request)) {
        try_begin();
    }

    void push(std::span<const audio::Sample> samples) override {
        if (finished_) {
            return;
        }
        keep(samples);
        if (stream_) {
            stream_->push(samples);
        } else {
            try_begin();
        }
    }
    void pause() override {
        if (stream_) {
            stream_->pause();
        }
    }
    void resume() override {
        if (stream_) {
            stream_->resume();
        }
    }
    void finish() override {
        finished_ = true;
        if (stream_) {
            stream_->finish();
        }
    }

    awaitable<std::optional<Transcript>> next() override {
        while (!over_) {
            if (!stream_) {
                co_await stay_.begin();
                begin();
            }
            over_ = true;  // stays so when the wait is cancelled
            std::optional<Error> failure;
            try {
                auto heard = co_await stream_->next();
                over_ = !heard || heard->is_final;
                stay_.answered();
                stop_keeping();
                if (over_) {
                    stay_.end();
                }
                co_return heard;
            } catch (const Failure& failed) {
                failure = failed.error();
            }
            stream_.reset();
            if (!stay_.failed(*failure) || !is_kept_whole_) {
                throw Failure(*failure);
            }
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    void try_begin() {
        if (is_kept_whole_ && stay_.try_begin()) {
            begin();
        }
    }
    void begin() {
        if (!is_kept_whole_) {
            throw Failure(ErrorKind::Busy, "Too much is going on at the moment. Please try again soon.",
                          "no slot came free in five minutes of sound");
        }
        stream_ = pool_.at(stay_.address()).start(request_);
        stream_->push(kept_);
        if (finished_) {
            stream_->finish();
        }
    }
    void keep(std::span<const audio::Sample> samples) {
        if (is_kept_whole_ && kept_.size() + samples.size() > most_kept_samples) {
            stop_keeping();
        }
        if (is_kept_whole_) {
            kept_.insert(kept_.end(), samples.begin(), samples.end());
        }
    }
    void stop_keeping() {
        is_kept_whole_ = false;
        kept_ = {};
    }

    const Pool<Recogniser>& pool_;
    Stay stay_;  // outlives the stream, whose place it is
    const RecognitionRequest request_;
    std::vector<audio::Sample> kept_;  // until it has answered, or for five minutes
    std::unique_ptr<RecogniserStream> stream_;
    bool is_kept_whole_ = true;
    bool finished_ = false;
    bool over_ = false;
};

class PooledSpeech final : public SpeechStream {
public:
    PooledSpeech(const Pool<Synthesiser>& pool, std::vector<bool> able, SpeechRequest request)
        : pool_(pool), stay_(pool, std::move(able)), request_(std::move(request)) {
        if (stay_.try_begin()) {
            begin();
        }
    }

    void say(std::string sentence) override {
        if (finished_) {
            return;
        }
        if (!has_begun_) {
            kept_.push_back(sentence);
        }
        if (stream_) {
            stream_->say(std::move(sentence));
        }
    }
    void finish() override {
        finished_ = true;
        if (stream_) {
            stream_->finish();
        }
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        while (!over_) {
            if (!stream_) {
                co_await stay_.begin();
                begin();
            }
            over_ = true;  // stays so when the wait is cancelled
            std::optional<Error> failure;
            try {
                auto chunk = co_await stream_->next();
                over_ = !chunk;
                stay_.answered();
                has_begun_ = true;
                kept_ = {};
                if (over_) {
                    stay_.end();
                }
                co_return chunk;
            } catch (const Failure& failed) {
                failure = failed.error();
            }
            stream_.reset();
            if (!stay_.failed(*failure)) {
                throw Failure(*failure);
            }
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    void begin() {
        stream_ = pool_.at(stay_.address()).start(request_);
        for (const auto& sentence : kept_) {
            stream_->say(sentence);
        }
        if (finished_) {
            stream_->finish();
        }
    }

    const Pool<Synthesiser>& pool_;
    Stay stay_;  // outlives the stream, whose place it is
    const SpeechRequest request_;
    std::vector<std::string> kept_;  // until there is sound; bounded by the reply
    std::unique_ptr<SpeechStream> stream_;
    bool has_begun_ = false;
    bool finished_ = false;
    bool over_ = false;
};

class PooledAnswer final : public ModelStream {
public:
    PooledAnswer(const Pool<Model>& pool, Prompt prompt)
        : pool_(pool), stay_(pool, {}), prompt_(std::move(prompt)) {}

    awaitable<std::optional<ModelOutput>> next() override {
        while (!over_) {
            if (!stream_) {
                if (!stay_.try_begin()) {
                    co_await stay_.begin();
                }
                stream_ = pool_.at(stay_.address()).start(prompt_);
            }
            over_ = true;  // stays so when the wait is cancelled
            std::optional<Error> failure;
            try {
                auto output = co_await stream_->next();
                over_ = !output;
                stay_.answered();
                if (over_ || std::holds_alternative<AnswerEnd>(*output)) {
                    stay_.end();
                }
                co_return output;
            } catch (const Failure& failed) {
                failure = failed.error();
            }
            stream_.reset();
            if (!stay_.failed(*failure)) {
                throw Failure(*failure);
            }
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    const Pool<Model>& pool_;
    Stay stay_;  // outlives the stream, whose place it is
    const Prompt prompt_;
    std::unique_ptr<ModelStream> stream_;
    bool over_ = false;
};

bool speaks(const SynthesiserCapabilities& capabilities, const Language& language) {
    return capabilities.languages.empty() ||
           std::ranges::any_of(capabilities.languages,
                               [&](const Language& offered) { return serves(offered, language); });
}

}  // namespace

// --- recogniser ---

EngineInfo PooledRecogniser::info() const {
    return info_of_pool(pool_);
}
awaitable<Health> PooledRecogniser::check() {
    return check_pool(pool_);
}
awaitable<void> PooledRecogniser::close() {
    return close_pool(pool_);
}
std::unique_ptr<RecogniserStream> PooledRecogniser::start(const RecognitionRequest& request) {
    std::vector<bool> able;
    for (const auto& engine : pool_.engines) {
        const auto capabilities = engine->capabilities();
        able.push_back(understands(capabilities, request) && translates(capabilities, request));
    }
    return std::make_unique<PooledHearing>(pool_, std::move(able), request);
}

// --- synthesiser ---

EngineInfo PooledSynthesiser::info() const {
    return info_of_pool(pool_);
}
awaitable<Health> PooledSynthesiser::check() {
    return check_pool(pool_);
}
awaitable<void> PooledSynthesiser::close() {
    return close_pool(pool_);
}
std::unique_ptr<SpeechStream> PooledSynthesiser::start(const SpeechRequest& request) {
    std::vector<bool> able;
    for (const auto& engine : pool_.engines) {
        able.push_back(speaks(engine->capabilities(), request.voice.language));
    }
    return std::make_unique<PooledSpeech>(pool_, std::move(able), request);
}

// --- model ---

EngineInfo PooledModel::info() const {
    return info_of_pool(pool_);
}
awaitable<Health> PooledModel::check() {
    return check_pool(pool_);
}
awaitable<void> PooledModel::close() {
    return close_pool(pool_);
}
std::unique_ptr<ModelStream> PooledModel::start(Prompt prompt) {
    return std::make_unique<PooledAnswer>(pool_, std::move(prompt));
}

// --- embedder ---

EngineInfo PooledEmbedder::info() const {
    return info_of_pool(pool_);
}
awaitable<Health> PooledEmbedder::check() {
    return check_pool(pool_);
}
awaitable<void> PooledEmbedder::close() {
    return close_pool(pool_);
}
awaitable<std::vector<Embedding>> PooledEmbedder::embed(std::vector<std::string> texts) {
    Stay stay(pool_, {});
    for (;;) {
        co_await stay.begin();
        std::optional<Error> failure;
        try {
            auto vectors = co_await pool_.at(stay.address()).embed(texts);
            stay.answered();
            co_return vectors;
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (!stay.failed(*failure)) {
            throw Failure(*failure);
        }
    }
}

}  // namespace repartee::engines
