#include "app/house_steward.h"

#include "app/end_if_cancelled.h"
#include "app/machine.h"
#include "base/together.h"
#include "downloads/part_file.h"

#include <boost/asio/post.hpp>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::app {

namespace {

std::int64_t milliseconds_on_the_wall(const Clock& clock) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(clock.wall().time_since_epoch()).count();
}

// Who works with models of a kind, as in [engines].
std::string engine_for(models::ModelKind kind) {
    switch (kind) {
        case models::ModelKind::Whisper:
        case models::ModelKind::Parakeet: return "whisper";
        case models::ModelKind::Silero: return "silero";
        case models::ModelKind::Gguf: return "llama";
    }
    return "";
}

surfaces::ModelFacts facts_of(const models::KnownModel& model) {
    return {.name = model.name,
            .file = model.file,
            .engine = engine_for(model.kind),
            .knows = std::string(model.knows),
            .gain = std::string(model.gain),
            .suits = std::string(model.suits),
            .licence = std::string(model.licence),
            .about_bytes = static_cast<std::uintmax_t>(model.mebibytes) << 20,
            .memory_mebibytes = model.memory,
            .can_be_fetched = true};
}

void add_what_is_here(surfaces::ModelFacts& facts, const ShelvedModel& model,
                      const std::vector<ModelUse>& uses) {
    facts.bytes = model.bytes;
    facts.sum = !model.record ? "none" : model.record->as_published ? "published" : "first_download";
    for (const auto& use : uses) {
        std::error_code ignored;
        if (std::filesystem::equivalent(use.path, model.path, ignored)) {
            facts.used_by = use.setting;
        }
    }
}

// Blocks.
surfaces::ModelShelf look_at_shelf(const ModelChoices& choices, const ModelSettings& settings) {
    const auto& folder = choices.folder;
    auto shelf = models_on_shelf(folder);
    auto uses = models_in_use(choices);
    auto machine = facts_of(look_at_machine(), speaks_english());
    const std::vector<const models::KnownModel*> suitable{&models::suitable_recogniser(machine),
                                                          &models::suitable_detector(),
                                                          models::suitable_language_model(machine)};
    auto least = static_cast<std::uintmax_t>(settings.least_free) << 20;
    auto room = downloads::room_on_disk(folder);
    surfaces::ModelShelf found{
        .folder = folder.string(), .hub = settings.hub, .room = room - std::min(room, least), .models = {}};
    for (const auto& model : models::manifest()) {
        auto facts = facts_of(model);
        facts.suits_this_machine = std::ranges::find(suitable, &model) != suitable.end();
        facts.part_bytes = part_on_shelf(folder, model);
        if (auto here = std::ranges::find(shelf, &model, &ShelvedModel::known); here != shelf.end()) {
            add_what_is_here(facts, *here, uses);
        }
        found.models.push_back(std::move(facts));
    }
    for (const auto& model : shelf) {
        if (model.known == nullptr) {
            surfaces::ModelFacts facts{.name = model.name(), .file = model.path.filename().string()};
            add_what_is_here(facts, model, uses);
            found.models.push_back(std::move(facts));
        }
    }
    return found;
}

surfaces::Examination::Line::Mark examination_mark(Finding finding) {
    using Mark = surfaces::Examination::Line::Mark;
    switch (finding) {
        case Finding::Good: return Mark::Good;
        case Finding::Bad: return Mark::Bad;
        case Finding::Absent: return Mark::Absent;
    }
    return Mark::Absent;
}

}  // namespace

// Writes the findings down, for everybody to read while they are made. Any thread.
class HouseSteward::Notes final : public Report {
public:
    explicit Notes(HouseSteward& steward) : steward_(steward) {}

    void heading(std::string_view heading) override {
        steward_.note(
            [&](auto& examination) { examination.parts.push_back({.heading = std::string(heading)}); });
    }

    void line(Finding finding, std::string_view subject, std::string_view words,
              std::string_view advice) override {
        surfaces::Examination::Line line{.mark = examination_mark(finding),
                                         .subject = std::string(subject),
                                         .words = std::string(words),
                                         .advice = finding == Finding::Bad ? std::string(advice) : ""};
        steward_.note([&](auto& examination) {
            if (examination.parts.empty()) {
                examination.parts.emplace_back();
            }
            examination.parts.back().lines.push_back(std::move(line));
        });
    }

    void advice(std::string_view advice) override {
        steward_.note([&](auto& examination) {
            if (!examination.parts.empty() && !examination.parts.back().lines.empty()) {
                examination.parts.back().lines.back().advice = std::string(advice);
            }
        });
    }

private:
    HouseSteward& steward_;
};

HouseSteward::HouseSteward(Settings& settings, Parts& parts, Core& core, const ArchiveKeeper& archive,
                           std::shared_ptr<const LogTail> tail)
    : settings_(settings),
      core_(core),
      archive_(archive),
      tail_(std::move(tail)),
      choices_(model_choices(settings, parts)),
      fetcher_(core, settings.models, choices_.folder, news_) {}

awaitable<void> HouseSteward::run(devices::Robot& robot, devices::Microphone& microphone) {
    co_await together(fetcher_.run(), examine_when_asked(robot, microphone));
}

std::string HouseSteward::version() const {
    return REPARTEE_VERSION;
}

std::vector<surfaces::StoreFacts> HouseSteward::stores() const {
    auto [database, sessions] = archive_.states();
    std::vector<surfaces::StoreFacts> stores{{"database", database.name, database.health},
                                             {"sessions", sessions.name, sessions.health}};
    if (auto vectors = archive_.vector_store_state()) {
        stores.push_back({"vectors", std::move(vectors->name), std::move(vectors->health)});
    }
    return stores;
}

awaitable<surfaces::ModelShelf> HouseSteward::models() {
    auto look = [this](const std::stop_token&) { return look_at_shelf(choices_, settings_.models); };
    auto looking = core_.pool.run(std::move(look));
    co_return co_await std::move(looking);
}

// --- examinations ---

void HouseSteward::examine(Care care) {
    {
        std::lock_guard lock(mutex_);
        if (examination_.state == surfaces::Examination::State::Running) {
            throw Failure(ErrorKind::Conflict, "An examination is under way.");
        }
        examination_ = {.state = surfaces::Examination::State::Running,
                        .thorough = care == Care::Try,
                        .began_at_ms = milliseconds_on_the_wall(core_.clock)};
        wanted_ = care;
    }
    ++news_;
    asio::post(core_.context, [this] { bell_.ring(); });
}

surfaces::Examination HouseSteward::examination() const {
    std::lock_guard lock(mutex_);
    return examination_;
}

void HouseSteward::note(const std::function<void(surfaces::Examination&)>& how) {
    {
        std::lock_guard lock(mutex_);
        how(examination_);
    }
    ++news_;
}

awaitable<void> HouseSteward::examine_when_asked(devices::Robot& robot, devices::Microphone& microphone) {
    for (;;) {
        co_await bell_.wait();
        std::unique_lock lock(mutex_);
        auto care = std::exchange(wanted_, std::nullopt);
        lock.unlock();
        if (care) {
            Patient patient{core_, settings_, choices_, archive_, robot, microphone, tools_};
            co_await examine_once(patient, *care);
        }
    }
}

awaitable<void> HouseSteward::examine_once(Patient patient, Care care) {
    Notes notes(*this);
    bool well = false;
    std::exception_ptr thrown;
    try {
        well = co_await check_up(patient, care, notes);
    } catch (...) {
        thrown = std::current_exception();
    }
    co_await end_if_cancelled(thrown);
    auto failure = thrown ? std::optional(error_of(thrown)) : std::nullopt;
    note([&](surfaces::Examination& examination) {
        examination.state =
            failure ? surfaces::Examination::State::Failed : surfaces::Examination::State::Done;
        examination.well = well;
        examination.ended_at_ms = milliseconds_on_the_wall(core_.clock);
        examination.trouble = failure ? failure->message : "";
    });
    if (failure) {
        core_.log.error("the examination failed",
                        {{"reason", failure->message}, {"detail", failure->detail}});
    }
}

}  // namespace repartee::app
