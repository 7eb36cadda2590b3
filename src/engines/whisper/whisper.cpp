#include "engines/whisper/whisper.h"

#include "engines/refusing_stream.h"
#include "engines/wyoming/hearing_stream.h"
#include "engines/wyoming/offers.h"
#include "models/admission.h"
#include "models/manifest.h"
#include "models/silero_names.h"
#include "models/whisper_names.h"

#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::whisper {

namespace {

// A large model from a slow card.
constexpr Duration loading_limit = 3min;

std::string in_words(const std::vector<Language>& languages) {
    return languages == std::vector<Language>{"en"} ? "English"
                                                    : fmt::format("{} languages", languages.size());
}

// Nothing where it is the processor and nobody wanted anything else.
std::string place_of_computing(const repartee::wyoming::Event& info) {
    if (info.flag("on_card")) {
        return fmt::format(", on {}", info.text("device").value_or("a graphics card"));
    }
    return info.flag("device_as_wished")
               ? ""
               : ", on the processor, for there is no such card or no back end for it";
}

}  // namespace

Whisper::Whisper(Settings settings, std::filesystem::path models, WorkerPool& pool, Clock& clock, Log log,
                 MakeWorker make_worker)
    : settings_(std::move(settings)),
      models_(std::move(models)),
      clock_(clock),
      log_(std::move(log)),
      make_worker_(std::move(make_worker)),
      admission_(pool),
      detector_admission_(pool) {}

EngineInfo Whisper::info() const {
    std::lock_guard lock(mutex_);
    auto name = file_.empty() ? settings_.model : file_.stem().string();
    return {.kind = "whisper", .model = name.empty() ? "none yet" : name, .place = Place::Local};
}

awaitable<Health> Whisper::check() {
    Health health;
    auto file = model_file();
    if (!file) {
        health.reason = settings_.model.empty()
                            ? fmt::format("no model in {}", models_.string())
                            : fmt::format("no model '{}' in {}", settings_.model, models_.string());
        const auto* known = models::known_model(settings_.model);
        health.advice = fmt::format("repartee models pull {}", known != nullptr ? known->name : "whisper");
        co_return health;
    }
    bool let_in = false;
    try {
        auto admitted = co_await admission_.of(*file);
        let_in = true;
        auto detector = co_await detector_file();
        auto info = co_await worker_for(*file, detector)->describe();
        auto offered = wyoming::offered_in(info, "asr");
        auto& languages = offered.languages;
        health.usable = !languages.empty();
        health.reason = health.usable ? fmt::format("in a worker, {}, {}{}", in_words(languages),
                                                    admitted.file.weights, place_of_computing(info))
                                      : "its worker offers no model";
        std::lock_guard lock(mutex_);
        languages_ = std::move(languages);
        translates_ = std::ranges::any_of(offered.models, &wyoming::OfferedModel::translates);
    } catch (const Failure& failure) {
        health.reason = failure.error().message;
        health.advice = let_in ? "repartee-whisper lies beside repartee where the engine kit was found; "
                                 "./dev build fetches it"
                               : models::advice_on(failure.error(), *file);
    }
    co_return health;
}

// Whisper does without one that is damaged.
awaitable<std::optional<std::filesystem::path>> Whisper::detector_file() {
    auto file = models::find_silero(models_, "");
    if (file && worker() == nullptr) {
        try {
            co_await detector_admission_.of(*file);
        } catch (const Failure& failure) {
            log_.warning("the detector's weights are refused", {{"reason", failure.error().message}});
            file.reset();
        }
    }
    co_return file;
}

// The one that is in use stays, whatever is put beside it: the next start will see that.
std::optional<std::filesystem::path> Whisper::model_file() const {
    {
        std::lock_guard lock(mutex_);
        if (worker_) {
            return file_;
        }
    }
    return models::find_whisper(models_, settings_.model, settings_.compute_type);
}

processes::Worker* Whisper::worker_for(const std::filesystem::path& file,
                                       const std::optional<std::filesystem::path>& detector) {
    std::lock_guard lock(mutex_);
    if (!worker_) {
        processes::WorkerProgram program{
            .name = "repartee-whisper",
            .arguments = {"--model", file.string(), "--device", settings_.device},
            .first_answer_limit = loading_limit};
        auto add = [&](const char* option, std::int64_t value) {
            if (value > 0) {
                program.arguments.insert(program.arguments.end(), {option, std::to_string(value)});
            }
        };
        // Knows better than Whisper whether anybody spoke at all.
        if (detector) {
            program.arguments.insert(program.arguments.end(), {"--detector", detector->string()});
        }
        add("--decoders", settings_.decoders);
        add("--threads", settings_.threads);
        add("--memory", settings_.memory);
        worker_ = make_worker_(program);
        file_ = file;
    }
    return worker_.get();
}

processes::Worker* Whisper::worker() const {
    std::lock_guard lock(mutex_);
    return worker_.get();
}

RecogniserCapabilities Whisper::capabilities() const {
    std::lock_guard lock(mutex_);
    return {.languages = languages_,
            .partials = true,
            .translates_to = translates_ ? std::vector<Language>{"en"} : std::vector<Language>()};
}

std::unique_ptr<RecogniserStream> Whisper::start(const RecognitionRequest& request) {
    auto* worker = this->worker();
    if (worker == nullptr) {
        Error why{ErrorKind::Unavailable, "There is no model for Whisper yet.", "no model file"};
        return std::make_unique<RefusingRecogniserStream>(std::move(why));
    }
    if (auto can = capabilities(); !translates(can, request)) {
        return std::make_unique<RefusingRecogniserStream>(
            lacks_translation("The model '" + info().model + "'", request));
    }
    auto new_errand = [worker, patience = settings_.patience, &clock = clock_] {
        repartee::wyoming::ErrandOptions options;
        options.patience = patience;
        options.on_trouble = [worker] { worker->suspect(); };
        return std::make_unique<repartee::wyoming::Errand>(
            clock, [worker] { return worker->connect(); }, std::move(options));
    };
    wyoming::HearingOptions hearing;
    hearing.hints = settings_.hints;
    hearing.translate = settings_.translate;
    hearing.on_rejected = [log = log_](std::string_view why) {
        log.info("whisper heard words that nobody said", {{"reason", why}});
    };
    return wyoming::listen_through(std::move(new_errand), request, std::move(hearing));
}

}  // namespace repartee::engines::whisper
