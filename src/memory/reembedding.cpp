#include "memory/reembedding.h"

#include "base/error.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace repartee::memory {

namespace {

using Outdated = stores::Memories::Outdated;

constexpr std::size_t batch = 32;
// So that others come in between: three times as long as the batch took.
constexpr int rest_for_work = 3;
constexpr Duration shortest_rest = 20ms;
constexpr Duration longest_rest = 10s;

// While somebody is away.
constexpr Duration first_pause = 2s;
constexpr Duration longest_pause = 5min;

// Texts that the embedder did not take; with more of these something else is wrong.
constexpr std::size_t most_left_out = 1000;

class Reembedding {
public:
    Reembedding(engines::Embedder& embedder, stores::Memories& memories, Clock& clock, Log log)
        : embedder_(embedder), memories_(memories), clock_(clock), log_(std::move(log)) {}

    awaitable<void> run() {
        Duration pause = first_pause;
        for (;;) {
            std::optional<Error> failure;
            bool is_left = true;
            const auto began = clock_.now();
            try {
                is_left = co_await do_a_batch();
            } catch (const Failure& failed) {
                failure = failed.error();
            }
            if (failure) {
                log_.warning("embedding anew waits",
                             {{"reason", failure->message}, {"detail", failure->detail}, {"done", done_}});
                co_await clock_.sleep(pause);
                pause = std::min(2 * pause, longest_pause);
                continue;
            }
            if (!is_left) {
                break;
            }
            pause = first_pause;
            co_await clock_.sleep(
                std::clamp<Duration>(rest_for_work * (clock_.now() - began), shortest_rest, longest_rest));
        }
        if (began_at_) {
            log_.info("memories are embedded anew", {{"embedder", embedder_.identity()},
                                                     {"memories", done_},
                                                     {"left_out", left_out_.size()},
                                                     {"ms", milliseconds_of(clock_.now() - *began_at_)}});
        }
    }

private:
    // False when there was nothing to do.
    awaitable<bool> do_a_batch() {
        auto outdated = co_await memories_.outdated(embedder_.identity(), batch + left_out_.size());
        std::erase_if(outdated, [&](const Outdated& one) { return left_out_.contains(key_of(one)); });
        if (outdated.size() > batch) {
            outdated.erase(outdated.begin() + batch, outdated.end());
        }
        if (outdated.empty() || left_out_.size() >= most_left_out) {
            co_return false;
        }
        if (!began_at_) {
            began_at_ = clock_.now();
            log_.info("memories of another embedder are embedded anew", {{"embedder", embedder_.identity()}});
        }
        std::optional<Error> failure;
        try {
            co_await embed(outdated);
        } catch (const Failure& failed) {
            if (!may_be_about_a_text(failed.error().kind)) {
                throw;
            }
            failure = failed.error();
        }
        if (failure) {
            co_await one_by_one(std::move(outdated), std::move(*failure));
        }
        co_return true;
    }

    // One text that is refused shall not keep the others from it. Where none is taken, the fault is not
    // theirs.
    awaitable<void> one_by_one(std::vector<Outdated> outdated, Error of_all) {
        std::vector<std::string> refused;
        for (const auto& one : outdated) {
            std::vector<Outdated> alone{one};
            bool is_refused = false;
            try {
                co_await embed(std::move(alone));
            } catch (const Failure& failed) {
                if (!may_be_about_a_text(failed.error().kind)) {
                    throw;
                }
                is_refused = true;
            }
            if (is_refused) {
                refused.push_back(key_of(one));
            }
        }
        if (refused.size() == outdated.size()) {
            throw Failure(std::move(of_all));
        }
        left_out_.insert(refused.begin(), refused.end());
    }

    awaitable<void> embed(std::vector<Outdated> outdated) {
        std::vector<std::string> texts;
        texts.reserve(outdated.size());
        for (const auto& one : outdated) {
            texts.push_back(one.text);
        }
        auto identity = embedder_.identity();
        auto vectors = co_await embedder_.embed(std::move(texts));
        for (std::size_t i = 0; i < outdated.size(); ++i) {
            auto& one = outdated[i];
            co_await memories_.replace_vector(one.owner, one.id, one.text, identity,
                                              std::move(vectors.at(i)));
            ++done_;
        }
    }

    static bool may_be_about_a_text(ErrorKind kind) {
        return kind == ErrorKind::Unavailable || kind == ErrorKind::ProviderBroke ||
               kind == ErrorKind::TooLarge || kind == ErrorKind::Unprocessable ||
               kind == ErrorKind::Malformed;
    }
    static std::string key_of(const Outdated& one) { return one.owner.key() + "\n" + one.id; }

    engines::Embedder& embedder_;
    stores::Memories& memories_;
    Clock& clock_;
    const Log log_;
    std::set<std::string> left_out_;
    std::optional<TimePoint> began_at_;
    std::size_t done_ = 0;
};

}  // namespace

awaitable<void> embed_anew(engines::Embedder& embedder, stores::Memories& memories, Clock& clock, Log log) {
    Reembedding work(embedder, memories, clock, std::move(log));
    co_await work.run();
}

}  // namespace repartee::memory
