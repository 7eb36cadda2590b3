// The engines of one running server: built from the catalogue as the settings say, checked in the
// background, and asked by whoever shows their state.
#pragma once

#include "engines/automatic.h"
#include "engines/catalogue.h"

#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace repartee::engines {

// A `kind` of the catalogue, "auto", or several of these with commas between: the first that is usable
// works, and when it fails in the middle of something the next one goes on with it. A kind that stands
// alone is never replaced.
struct EngineChoices {
    std::string recogniser = "auto";
    std::string model = "auto";
    std::string synthesiser = "auto";
    std::string detector = "auto";
};

// "cartesia, auto": its words.
std::vector<std::string> words_of_choice(std::string_view choice);

// The words a user may write for each, "auto" first. For the settings' check.
std::vector<std::string> recogniser_kinds(const Catalogue& catalogue);
std::vector<std::string> model_kinds(const Catalogue& catalogue);
std::vector<std::string> synthesiser_kinds(const Catalogue& catalogue);
std::vector<std::string> detector_kinds(const Catalogue& catalogue);

class Hall {
public:
    // The choices have been checked against the kinds above.
    Hall(const Catalogue& catalogue, const Surroundings& surroundings, const EngineChoices& choices);

    Recogniser& recogniser() const { return *recogniser_; }
    Model& model() const { return *model_; }
    Synthesiser& synthesiser() const { return *synthesiser_; }
    Detector& detector() const { return *detector_; }

    // The decoder for a recording that begins with these bytes; Unsupported with a clear message for
    // a container nobody here can open. Headerless PCM where nothing else fits.
    Result<Decoder*> decoder_for(std::span<const std::byte> head) const;

    // Asks every engine once. Loads what is slow to load.
    awaitable<void> check();

    // Before the loop ends; see Engine::close.
    awaitable<void> close();

    struct Trade {
        std::string name;    // "recogniser"
        std::string choice;  // what the settings say: "auto", "flite"
        std::vector<Verdict> verdicts;
    };
    std::vector<Trade> trades() const;

    // All decoders are in use, each for its own kind of file. As of the last check.
    std::vector<Verdict> decoders() const;

    // Every engine in use has said that it is usable.
    bool ready() const;

private:
    struct Post {
        std::string name;
        std::string choice;
        std::unique_ptr<Roster> roster;
    };

    template <class Contract>
    Post& fill_post(std::string name, const std::string& choice, const std::vector<Offer<Contract>>& offers,
                    const Surroundings& surroundings);

    std::vector<std::unique_ptr<Post>> posts_;
    awaitable<void> check_decoders();

    std::vector<std::unique_ptr<Decoder>> decoders_;
    mutable std::mutex mutex_;  // `check` writes, anybody asks
    std::vector<Verdict> decoder_verdicts_;
    std::vector<std::unique_ptr<Engine>> adapters_;
    Recogniser* recogniser_ = nullptr;
    Model* model_ = nullptr;
    Synthesiser* synthesiser_ = nullptr;
    Detector* detector_ = nullptr;
};

}  // namespace repartee::engines
