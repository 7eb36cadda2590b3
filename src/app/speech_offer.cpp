#include "app/speech_offer.h"

#include "app/key_question.h"
#include "app/machine.h"
#include "app/model_shelf.h"
#include "app/models.h"
#include "base/atomic_file.h"
#include "downloads/part_file.h"
#include "processes/child.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <unistd.h>

namespace repartee::app {

namespace {

namespace fs = std::filesystem;

// A server that was started on a terminal with nobody at it starts all the same.
constexpr auto patience_with_people = std::chrono::minutes(1);

std::uintmax_t bytes_of(const models::KnownModel& model) {
    return static_cast<std::uintmax_t>(std::max(1, model.mebibytes)) << 20;
}

fs::path answer_file(const Settings& settings) {
    return data_directory(settings.server) / "speech_model_offer";
}

void remember_answer(const Settings& settings, std::string_view answer) {
    try {
        write_atomically(answer_file(settings), fmt::format("{}\n", answer));
    } catch (const Failure& failure) {
        std::cout << fmt::format("The answer cannot be remembered: {}\n", failure.error().message);
    }
}

OfferFacts look_around(Settings& settings, Parts& parts, Offering offering) {
    std::error_code fault;
    OfferFacts facts;
    facts.somebody_there = ::isatty(STDIN_FILENO) == 1 && ::isatty(STDOUT_FILENO) == 1;
    const char* ci = std::getenv("CI");  // NOLINT(concurrency-mt-unsafe): before there are threads
    facts.unattended = offering == Offering::Never || (ci != nullptr && *ci != '\0');
    facts.answered_before = fs::exists(answer_file(settings), fault);
    if (!facts.somebody_there || facts.unattended || facts.answered_before) {
        return facts;  // nothing else matters, and most starts are in a hurry
    }
    facts.worker_is_built = fs::exists(processes::beside_us("repartee-whisper"), fault);
    facts.recogniser_is_open = may_use(settings.engines.recogniser, "whisper");
    for (const auto& use : models_in_use(model_choices(settings, parts))) {
        facts.has_model = facts.has_model || use.setting == "engines.whisper.model";
        facts.has_detector = facts.has_detector || use.setting == "engines.silero.model";
    }
    facts.named_model = text_setting(settings, parts, "engines.whisper.model");
    facts.machine = facts_of(look_at_machine(), speaks_english());
    auto room = downloads::room_on_disk(models_folder(settings.server));
    facts.room = room - std::min(room, static_cast<std::uintmax_t>(settings.models.least_free) << 20);
    return facts;
}

std::string question_about(const std::vector<const models::KnownModel*>& offered, const Settings& settings) {
    std::string text =
        "\nWhat is built in understands plain English. Whisper on this machine understands a good deal "
        "better.\n";
    for (const auto* model : offered) {
        text += fmt::format("  {:<20} {}, licence {}: {} ({}){}\n", model->name,
                            models::size_in_words(*model), model->licence, model->gain, model->knows,
                            model->memory == 0 ? "" : fmt::format("; about {} MiB of memory", model->memory));
    }
    return text + fmt::format(
                      "From {} into {}; nothing of yours is sent anywhere.\n"
                      "Fetch {}? Enter or y: yes. n or Escape: no, and the question is not asked again. ",
                      settings.models.hub, models_folder(settings.server).string(),
                      offered.size() == 1 ? "it" : "them");
}

}  // namespace

std::vector<const models::KnownModel*> models_to_offer(const OfferFacts& facts) {
    if (!facts.somebody_there || facts.unattended || facts.answered_before || !facts.worker_is_built ||
        !facts.recogniser_is_open || facts.has_model) {
        return {};
    }
    const auto* recogniser = facts.named_model.empty() ? &models::suitable_recogniser(facts.machine)
                                                       : models::known_model(facts.named_model);
    if (recogniser == nullptr || recogniser->kind != models::ModelKind::Whisper ||
        bytes_of(*recogniser) > facts.room) {
        return {};
    }
    std::vector<const models::KnownModel*> offered{recogniser};
    if (!facts.has_detector) {
        offered.push_back(&models::suitable_detector());
    }
    return offered;
}

OfferOutcome offer_speech_model(Settings& settings, Parts& parts, Offering offering) {
    auto offered = models_to_offer(look_around(settings, parts, offering));
    if (offered.empty()) {
        return OfferOutcome::GoOn;
    }
    auto answer = ask(question_about(offered, settings), patience_with_people);
    std::cout << (answer == KeyAnswer::Yes  ? "Yes.\n"
                  : answer == KeyAnswer::No ? "No.\n"
                                            : "\n")
              << std::flush;
    switch (answer) {
        case KeyAnswer::Interrupt: return OfferOutcome::Stop;
        case KeyAnswer::Nobody: return OfferOutcome::GoOn;
        case KeyAnswer::No:
            remember_answer(settings, "declined");
            std::cout << "At any time: repartee models pull whisper silero\n";
            return OfferOutcome::GoOn;
        case KeyAnswer::Yes: break;
    }
    remember_answer(settings, "accepted");
    auto outcome = pull(settings.models, models_folder(settings.server), offered);
    return outcome == PullOutcome::Interrupted ? OfferOutcome::Stop : OfferOutcome::GoOn;
}

}  // namespace repartee::app
