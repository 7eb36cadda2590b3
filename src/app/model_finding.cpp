#include "app/model_finding.h"

#include "models/admission.h"
#include "models/checksum.h"

#include <fmt/format.h>

#include <fstream>

namespace repartee::app {

namespace {

constexpr std::size_t summing_piece = 1 << 20;

std::string sha1_of(const std::filesystem::path& path, const std::stop_token& stop,
                    const std::function<void(std::uintmax_t)>& on_progress) {
    models::Checksum sum(models::Checksum::Kind::Sha1);
    std::ifstream file(path, std::ios::binary);
    std::string piece(summing_piece, '\0');
    std::uintmax_t done = 0;
    while (file.read(piece.data(), static_cast<std::streamsize>(piece.size())) || file.gcount() > 0) {
        auto count = static_cast<std::size_t>(file.gcount());
        sum.add(std::string_view(piece).substr(0, count));
        done += count;
        if (on_progress) {
            on_progress(done);
        }
        if (stop.stop_requested()) {
            throw Failure(ErrorKind::Cancelled, "Nobody waits for it any more.");
        }
    }
    return sum.text();
}

}  // namespace

ModelFinding look_through(const ShelvedModel& model, Thoroughness how, const std::stop_token& stop,
                          const std::function<void(std::uintmax_t)>& on_progress) {
    bool anew = how == Thoroughness::EveryByte;
    try {
        models::AdmissionOptions options{.look_anew = anew, .on_progress = on_progress};
        auto admitted = models::admit(model.path, stop, options);
        if (admitted.record) {
            return {.good = true,
                    .words = admitted.record->as_published ? "as it was published"
                                                           : "as it was at its first download"};
        }
    } catch (const Failure& failure) {
        if (failure.error().kind == ErrorKind::Cancelled) {
            throw;
        }
        return {.good = false,
                .words = failure.error().message,
                .advice = models::advice_on(failure.error(), model.path)};
    }
    bool published = model.known != nullptr && !model.known->sha1.empty();
    if (!published) {
        return {.good = true,
                .words = "put there by hand; whole as far as can be seen, nobody publishes its sum"};
    }
    if (!anew) {
        return {.good = true,
                .words = "put there by hand; repartee models verify compares it with the published one"};
    }
    if (auto sum = sha1_of(model.path, stop, on_progress); sum != model.known->sha1) {
        return {.good = false,
                .words = fmt::format("{}: it is not the file that was published: its SHA-1 is {}.",
                                     model.path.string(), sum),
                .advice = fmt::format("repartee models remove {0}, and then: repartee models pull {0}",
                                      model.name())};
    }
    return {.good = true, .words = "put there by hand; as it was published"};
}

}  // namespace repartee::app
