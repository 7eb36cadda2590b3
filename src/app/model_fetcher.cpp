#include "app/model_fetcher.h"

#include "app/end_if_cancelled.h"
#include "app/model_shelf.h"
#include "config/mistake.h"
#include "models/admission.h"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::app {

namespace {

std::int64_t wall_time_in_ms(const Clock& clock) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
}

bool is_over(surfaces::ModelFetch::State state) {
    return state != surfaces::ModelFetch::State::Waiting && state != surfaces::ModelFetch::State::Fetching;
}

}  // namespace

// Tells of one download, on the strand.
class ModelFetcher::Telling final : public downloads::Watcher {
public:
    Telling(ModelFetcher& fetcher, const models::KnownModel& model) : fetcher_(fetcher), model_(model) {}

    void begun(std::uintmax_t from, std::optional<std::uintmax_t> whole) override {
        done_ = from;
        fetcher_.change(model_, [&](surfaces::ModelFetch& facts) {
            facts.bytes = from;
            facts.whole = whole.value_or(facts.whole);
            facts.trouble.clear();
        });
    }

    void come(std::uintmax_t bytes) override {
        done_ += bytes;
        pace_.note(fetcher_.core_.clock.now(), static_cast<std::int64_t>(done_));
        fetcher_.change(model_, [&](surfaces::ModelFetch& facts) {
            facts.bytes = done_;
            facts.bytes_per_second = pace_.per_second().value_or(0);
        });
    }

    void interrupted(const Error& why, std::chrono::milliseconds pause) override {
        fetcher_.change(model_, [&](surfaces::ModelFetch& facts) {
            facts.trouble = fmt::format("{} Trying again in {:.0f} s.", why.message,
                                        std::chrono::duration<double>(pause).count());
            facts.bytes_per_second = 0;
        });
    }

private:
    ModelFetcher& fetcher_;
    const models::KnownModel& model_;
    std::uintmax_t done_ = 0;
    Pace pace_;
};

ModelFetcher::ModelFetcher(Core& core, const ModelSettings& settings, std::filesystem::path folder,
                           std::atomic<std::uint64_t>& news)
    : core_(core), settings_(settings), folder_(std::move(folder)), news_(news) {}

// --- any thread ---

void ModelFetcher::fetch(const std::string& name) {
    const auto* model = models::known_model(name);
    if (model == nullptr) {
        throw Failure(ErrorKind::NotFound, fmt::format("There is no model '{}'.", config::presentable(name)));
    }
    {
        std::lock_guard lock(mutex_);
        auto waiting =
            std::ranges::count_if(entries_, [](const Entry& entry) { return !is_over(entry.facts.state); });
        if (auto* entry = entry_of(*model); entry != nullptr && !is_over(entry->facts.state)) {
            throw Failure(ErrorKind::Conflict, fmt::format("{} is on its way already.", model->name));
        }
        if (waiting >= static_cast<std::ptrdiff_t>(most_waiting)) {
            throw Failure(ErrorKind::Busy, "Enough models are waiting to be fetched.");
        }
        std::erase_if(entries_, [&](const Entry& entry) { return entry.model == model; });
        Entry entry{.model = model, .facts = {.name = model->name}};
        entry.facts.whole = static_cast<std::uintmax_t>(model->mebibytes) << 20;
        entry.facts.bytes = part_on_shelf(folder_, *model);
        entry.facts.changed_at_ms = wall_time_in_ms(core_.clock);
        entries_.push_back(std::move(entry));
    }
    ++news_;
    asio::post(core_.context, [this] { bell_.ring(); });
}

void ModelFetcher::stop(const std::string& name) {
    const auto* model = models::known_model(name);
    {
        std::lock_guard lock(mutex_);
        auto* entry = model == nullptr ? nullptr : entry_of(*model);
        if (entry == nullptr || is_over(entry->facts.state)) {
            throw Failure(ErrorKind::NotFound,
                          fmt::format("'{}' is not on its way.", config::presentable(name)));
        }
        entry->is_to_stop = true;
        if (entry->facts.state == State::Waiting) {
            entry->facts.state = State::Stopped;
            entry->facts.changed_at_ms = wall_time_in_ms(core_.clock);
        }
    }
    ++news_;
    // What is being brought now, by then, may be another one.
    asio::post(core_.context, [this, model] {
        std::unique_lock lock(mutex_);
        const auto* entry = entry_of(*model);
        bool is_now = entry != nullptr && entry->is_to_stop && entry->facts.state == State::Fetching;
        lock.unlock();
        if (is_now) {
            bringing_.cancel();
        }
    });
}

std::vector<surfaces::ModelFetch> ModelFetcher::all() const {
    std::lock_guard lock(mutex_);
    std::vector<surfaces::ModelFetch> fetches;
    fetches.reserve(entries_.size());
    for (const auto& entry : entries_) {
        fetches.push_back(entry.facts);
    }
    return fetches;
}

// --- on the strand ---

awaitable<void> ModelFetcher::run() {
    auto strand = co_await asio::this_coro::executor;
    for (;;) {
        const auto* model = take_next();
        if (model == nullptr) {
            co_await bell_.wait();
            continue;
        }
        core_.log.info("fetching a model", {{"model", model->name}});
        has_come_ = false;
        bringing_ = Task(strand, bring(*model));
        co_await settle(*model);
        if (has_come_) {
            co_await take_up();
        }
    }
}

const models::KnownModel* ModelFetcher::take_next() {
    std::lock_guard lock(mutex_);
    auto over =
        std::ranges::count_if(entries_, [](const Entry& entry) { return is_over(entry.facts.state); });
    while (over > static_cast<std::ptrdiff_t>(most_remembered)) {
        entries_.erase(
            std::ranges::find_if(entries_, [](const Entry& entry) { return is_over(entry.facts.state); }));
        --over;
    }
    auto next =
        std::ranges::find(entries_, State::Waiting, [](const Entry& entry) { return entry.facts.state; });
    if (next == entries_.end()) {
        return nullptr;
    }
    next->facts.state = State::Fetching;
    next->facts.changed_at_ms = wall_time_in_ms(core_.clock);
    ++news_;
    return next->model;
}

awaitable<void> ModelFetcher::bring(const models::KnownModel& model) {
    bool is_here = co_await is_here_already(model);
    if (!is_here) {
        auto order = order_for(model, settings_, folder_);
        Telling telling(*this, model);
        auto downloading = downloads::download(core_.http, pool_, core_.clock, std::move(order), telling);
        co_await std::move(downloading);
    }
    has_come_ = true;
}

// Whatever is wrong with the engines, the next model is fetched all the same.
awaitable<void> ModelFetcher::take_up() {
    std::exception_ptr thrown;
    try {
        co_await core_.hall.check();
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await end_if_cancelled(thrown);
    if (thrown) {
        auto failure = error_of(thrown);
        core_.log.error("the engines could not be looked at",
                        {{"reason", failure.message}, {"detail", failure.detail}});
    }
}

// One that is damaged is fetched again.
awaitable<bool> ModelFetcher::is_here_already(const models::KnownModel& model) {
    auto path = folder_ / model.file;
    auto look = [path](const std::stop_token& stop) {
        if (!models::FileIdentity::of(path)) {
            return false;
        }
        try {
            models::admit(path, stop);
            return true;
        } catch (const Failure& failure) {
            if (failure.error().kind == ErrorKind::Cancelled) {
                throw;
            }
            return false;
        }
    };
    auto looking = pool_.run(std::move(look));
    co_return co_await std::move(looking);
}

// Writes down how it ended.
awaitable<void> ModelFetcher::settle(const models::KnownModel& model) {
    std::exception_ptr thrown;
    try {
        co_await bringing_.join();
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await end_if_cancelled(thrown);
    auto failure = thrown ? std::optional(error_of(thrown)) : std::nullopt;
    auto state = has_come_                                          ? State::Done
                 : failure && failure->kind != ErrorKind::Cancelled ? State::Failed
                                                                    : State::Stopped;
    change(model, [&](surfaces::ModelFetch& facts) {
        facts.state = state;
        facts.bytes_per_second = 0;
        facts.bytes = state == State::Done ? facts.whole : facts.bytes;
        facts.trouble = state == State::Failed ? failure->message : "";
        facts.changed_at_ms = wall_time_in_ms(core_.clock);
    });
    if (state == State::Failed) {
        core_.log.warning("a model was not fetched",
                          {{"model", model.name}, {"reason", failure->message}, {"detail", failure->detail}});
    } else {
        core_.log.info(state == State::Done ? "a model has come" : "fetching a model was stopped",
                       {{"model", model.name}});
    }
}

ModelFetcher::Entry* ModelFetcher::entry_of(const models::KnownModel& model) {
    auto found = std::ranges::find(entries_, &model, &Entry::model);
    return found == entries_.end() ? nullptr : &*found;
}

void ModelFetcher::change(const models::KnownModel& model,
                          const std::function<void(surfaces::ModelFetch&)>& how) {
    {
        std::lock_guard lock(mutex_);
        if (auto* entry = entry_of(model)) {
            how(entry->facts);
        }
    }
    ++news_;
}

}  // namespace repartee::app
