#include "app/machine.h"
#include "app/model_shelf.h"
#include "app/models.h"
#include "app/progress_bar.h"
#include "base/together.h"
#include "downloads/download.h"
#include "models/admission.h"

#include <boost/asio/signal_set.hpp>
#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

namespace fs = std::filesystem;

// What fetching stands on: no engines, no log.
struct Line {
    asio::io_context context{1};
    SystemClock clock;
    WorkerPool pool{1, 4};
    net::HttpClient http{clock, net::client_tls().value()};
};

// Shows a download on standard error.
class Telling final : public downloads::Watcher {
public:
    // `here`: bytes of an earlier run.
    Telling(const models::KnownModel& model, std::uintmax_t here)
        : about_(std::int64_t{model.mebibytes} << 20), here_(static_cast<std::int64_t>(here)) {}

    void begun(std::uintmax_t from, std::optional<std::uintmax_t> whole) override {
        if (here_ > 0 && from == 0) {
            say("  It has changed there since the last time, or can only be had as a whole: from the "
                "beginning.\n");
        }
        here_ = static_cast<std::int64_t>(from);
        bar_.begin(here_, whole ? static_cast<std::int64_t>(*whole) : about_);
    }

    void come(std::uintmax_t bytes) override {
        here_ += static_cast<std::int64_t>(bytes);
        bar_.done(static_cast<std::int64_t>(bytes));
    }

    void interrupted(const Error& why, std::chrono::milliseconds pause) override {
        say(fmt::format("  {} Trying again in {:.0f} s.\n", why.message,
                        std::chrono::duration<double>(pause).count()));
    }

    void end() { bar_.clear(); }

private:
    void say(std::string_view words) {
        bar_.clear();
        std::cerr << words;
    }

    const std::int64_t about_;
    std::int64_t here_;
    ProgressBar bar_{std::cerr, ProgressBar::Of::Bytes};
};

class Pull {
public:
    Pull(Line& line, const ModelSettings& settings, fs::path folder)
        : line_(line), settings_(settings), folder_(std::move(folder)) {}

    awaitable<void> run(std::vector<const models::KnownModel*> wanted) {
        for (const auto* model : wanted) {
            try {
                bool is_here = co_await is_here_already(*model);
                if (!is_here) {
                    co_await fetch(*model);
                }
            } catch (const Failure& failure) {
                tell(*model, failure.error());
                failed_ = true;
            }
        }
        done_ = true;
    }

    bool failed() const { return failed_; }
    bool done() const { return done_; }
    // What was being fetched when it was stopped.
    const models::KnownModel* at() const { return at_; }

private:
    // One that is damaged is fetched again.
    awaitable<bool> is_here_already(const models::KnownModel& model) {
        auto path = folder_ / model.file;
        if (!models::FileIdentity::of(path)) {
            co_return false;
        }
        std::string why;
        try {
            auto look = [path](const std::stop_token& stop) { return models::admit(path, stop); };
            auto admitted = co_await line_.pool.run(std::move(look));
            std::cerr << fmt::format("{} is here already: {}{}\n", model.name, path.string(),
                                     admitted.record ? "" : ", put there by hand");
            co_return true;
        } catch (const Failure& failure) {
            why = failure.error().message;
        }
        std::cerr << fmt::format("{}\n", why);
        co_return false;
    }

    awaitable<void> fetch(const models::KnownModel& model) {
        at_ = &model;
        auto order = order_for(model, settings_, folder_);
        auto here = part_on_shelf(folder_, model);
        std::cerr << fmt::format(
            "{}: {}, licence {}, from {}{}\n", model.name, models::size_in_words(model), model.licence,
            order.address,
            here > 0 ? fmt::format(" ({} are here already)", models::size_in_words(here)) : "");
        Telling telling(model, here);
        auto downloading = downloads::download(line_.http, line_.pool, line_.clock, order, telling);
        auto file = co_await std::move(downloading);
        telling.end();
        at_ = nullptr;
        std::cerr << fmt::format("{} is here: {}\n  {}, SHA-256 {}\n", model.name, order.target.string(),
                                 file.as_published
                                     ? "its sum is the published one"
                                     : "nobody publishes its sum; that of this download is recorded",
                                 file.sha256);
    }

    void tell(const models::KnownModel& model, const Error& error) const {
        std::cerr << fmt::format("repartee: {}: {}\n", model.name, error.message);
        bool another_way = error.kind != ErrorKind::TooLarge && error.kind != ErrorKind::Malformed &&
                           error.kind != ErrorKind::Conflict;
        if (another_way) {
            std::cerr << fmt::format("  Or fetch {} by other means, and put it into {} as {}.\n",
                                     models::address_of(model, settings_.hub), folder_.string(), model.file);
        }
    }

    Line& line_;
    const ModelSettings& settings_;
    const fs::path folder_;
    const models::KnownModel* at_ = nullptr;
    bool failed_ = false;
    bool done_ = false;
};

awaitable<void> wait_for_a_stop(asio::signal_set& signals) {
    co_await signals.async_wait(use_awaitable);
}

}  // namespace

PullOutcome pull(const ModelSettings& settings, const fs::path& folder,
                 const std::vector<const models::KnownModel*>& wanted) {
    Line line;
    Pull pulling(line, settings, folder);
    asio::signal_set signals(line.context, SIGINT, SIGTERM);
    std::exception_ptr failure;
    asio::co_spawn(line.context, first_of(pulling.run(wanted), wait_for_a_stop(signals)),
                   [&](const std::exception_ptr& thrown, std::size_t) {
                       failure = thrown;
                       line.context.stop();
                   });
    line.context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    if (pulling.done()) {
        return pulling.failed() ? PullOutcome::Failed : PullOutcome::Done;
    }
    auto kept = pulling.at() != nullptr ? part_on_shelf(folder, *pulling.at()) : 0;
    std::cerr << (kept > 0 ? fmt::format("Stopped. {} of {} are kept; to go on: repartee models pull {}\n",
                                         models::size_in_words(kept), pulling.at()->name, pulling.at()->name)
                           : std::string("Stopped; nothing has come yet.\n"));
    return PullOutcome::Interrupted;
}

int pull_models(const Settings& settings, const std::vector<std::string>& names) {
    auto machine = facts_of(look_at_machine(), speaks_english());
    std::vector<const models::KnownModel*> wanted;
    bool misunderstood = false;
    for (const auto& name : names) {
        auto model = model_to_fetch(name, machine);
        if (!model) {
            std::cerr << fmt::format("repartee: {}\n", model.error().message);
            misunderstood = true;
        } else if (std::ranges::find(wanted, *model) == wanted.end()) {
            wanted.push_back(*model);
        }
    }
    // Somebody who mistyped one of several will type all of them again.
    if (misunderstood) {
        return 2;
    }
    return pull(settings.models, models_folder(settings.server), wanted) == PullOutcome::Done ? 0 : 1;
}

}  // namespace repartee::app
