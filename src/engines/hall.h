// The engines of one running server: built from the catalogue as the settings say, checked in the
// background, and asked by whoever shows their state.
//
// Most use everybody's engines. Who wants others (an agent with a model of its own) gets them built when
// they are asked for first; they stay for as long as the server runs.
#pragma once

#include "engines/automatic.h"
#include "engines/catalogue.h"

#include <deque>
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
    // One kind: vectors of two embedders do not compare, so that none takes another's place.
    std::string embedder = "auto";
    // Who translates what a recogniser does not; see translator.h.
    std::string translator = "auto";
    // One kind, for the same reason.
    std::string speaker_embedder = "auto";
};

// "cartesia, auto": its words.
std::vector<std::string> words_of_choice(std::string_view choice);

// The words a user may write for each, "auto" first. For the settings' check.
std::vector<std::string> recogniser_kinds(const Catalogue& catalogue);
std::vector<std::string> model_kinds(const Catalogue& catalogue);
std::vector<std::string> synthesiser_kinds(const Catalogue& catalogue);
std::vector<std::string> detector_kinds(const Catalogue& catalogue);
std::vector<std::string> embedder_kinds(const Catalogue& catalogue);
std::vector<std::string> speaker_embedder_kinds(const Catalogue& catalogue);

class Hall {
public:
    // The choices have been checked against the kinds above. The catalogue outlives the hall.
    Hall(const Catalogue& catalogue, const Surroundings& surroundings, const EngineChoices& choices);

    // --- everybody's ---

    Recogniser& recogniser() const { return *recogniser_; }
    Model& model() const { return *model_; }
    Synthesiser& synthesiser() const { return *synthesiser_; }
    Detector& detector() const { return *detector_; }
    // Not of a catalogue that has none, as in some tests.
    Embedder& embedder() const { return *embedder_; }
    // Null for a catalogue that has none: speakers cannot be told apart.
    SpeakerEmbedder* speaker_embedder() const { return speaker_embedder_; }

    // --- somebody's; everybody's where no kind is named ---

    // `choice` as in EngineChoices; of several kinds the wishes are for the first. Any thread.
    Recogniser& recogniser(const std::string& choice, const Wishes& wishes);
    Model& model(const std::string& choice, const Wishes& wishes);
    Synthesiser& synthesiser(const std::string& choice, const Wishes& wishes);

    // A model of this kind as one person wants it, who brings a key of their own. It is on no list and nobody
    // checks it; its owners are those who keep it, and it ends with the last of them. Null: there is no such
    // kind. Any thread.
    std::shared_ptr<Model> lend_model(const std::string& kind, const Wishes& wishes) const;
    // Whether the settings have a key for models of this kind.
    bool has_key_for_model(const std::string& kind) const;

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
    // Everybody's.
    std::vector<Trade> trades() const;
    // Those that were built for somebody.
    std::vector<Trade> trades_of_some() const;

    // Everybody's candidates of each trade, in the order of its verdicts: for `doctor`, which tries every
    // one.
    std::vector<Recogniser*> recognisers() const { return candidates<Recogniser>("recogniser"); }
    std::vector<Model*> models() const { return candidates<Model>("model"); }
    std::vector<Synthesiser*> synthesisers() const { return candidates<Synthesiser>("synthesiser"); }
    std::vector<Detector*> detectors() const { return candidates<Detector>("detector"); }
    std::vector<Embedder*> embedders() const { return candidates<Embedder>("embedder"); }
    std::vector<SpeakerEmbedder*> speaker_embedders() const {
        return candidates<SpeakerEmbedder>("speakers");
    }

    // All decoders are in use, each for its own kind of file. As of the last check.
    std::vector<Verdict> decoders() const;

    // Every engine that everybody uses has said that it is usable.
    bool ready() const;

private:
    // One trade as everybody, or somebody, wants it done.
    struct Post {
        std::string trade;
        std::string choice;
        Wishes wishes;
        std::unique_ptr<Roster> roster;
        std::unique_ptr<Engine> engine;  // the one that hands out the roster's best
    };

    template <class Contract>
    Post make_post(std::string trade, const std::string& choice, const Wishes& wishes,
                   const std::vector<Offer<Contract>>& offers) const;
    // The post that is filled so; a new one where there is none.
    template <class Adapter, class Contract>
    Contract& fill_post(const std::string& trade, const std::string& choice, const Wishes& wishes,
                        const std::vector<Offer<Contract>>& offers);
    std::vector<const Post*> posts() const;
    template <class Contract>
    std::vector<Contract*> candidates(std::string_view trade) const;
    awaitable<void> check_decoders();

    const Catalogue& catalogue_;
    const Surroundings surroundings_;
    Translator translator_;           // lent to the recognisers below
    mutable std::mutex posts_mutex_;  // somebody's posts are added while others are looked at
    std::deque<Post> posts_;          // everybody's first; grows only, so that references last
    std::size_t everybodys_ = 0;

    std::vector<std::unique_ptr<Decoder>> decoders_;
    mutable std::mutex mutex_;  // `check` writes, anybody asks
    std::vector<Verdict> decoder_verdicts_;

    Recogniser* recogniser_ = nullptr;
    Model* model_ = nullptr;
    Synthesiser* synthesiser_ = nullptr;
    Detector* detector_ = nullptr;
    Embedder* embedder_ = nullptr;
    SpeakerEmbedder* speaker_embedder_ = nullptr;
};

}  // namespace repartee::engines
