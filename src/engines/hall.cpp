#include "engines/hall.h"

#include "audio/sniff.h"
#include "base/task.h"

#include <algorithm>
#include <set>

namespace repartee::engines {

namespace {

template <class Contract>
std::vector<std::string> kinds_of(const std::vector<Offer<Contract>>& offers) {
    std::vector<std::string> kinds{"auto"};
    for (const auto& offer : offers) {
        kinds.push_back(offer.kind);
    }
    return kinds;
}

}  // namespace

std::vector<std::string> recogniser_kinds(const Catalogue& catalogue) {
    return kinds_of(catalogue.recognisers);
}
std::vector<std::string> model_kinds(const Catalogue& catalogue) {
    return kinds_of(catalogue.models);
}
std::vector<std::string> synthesiser_kinds(const Catalogue& catalogue) {
    return kinds_of(catalogue.synthesisers);
}
std::vector<std::string> detector_kinds(const Catalogue& catalogue) {
    return kinds_of(catalogue.detectors);
}

std::vector<std::string> words_of_choice(std::string_view choice) {
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= choice.size();) {
        auto end = std::min(choice.find(',', begin), choice.size());
        auto word = choice.substr(begin, end - begin);
        while (!word.empty() && word.front() == ' ') {
            word.remove_prefix(1);
        }
        while (!word.empty() && word.back() == ' ') {
            word.remove_suffix(1);
        }
        words.emplace_back(word);
        begin = end + 1;
    }
    return words;
}

// A kind that is named stands alone or where the list has it; `auto` brings every candidate that may be
// picked by itself, in the order of their own ranks, and never somebody else's computer.
template <class Contract>
Hall::Post& Hall::fill_post(std::string name, const std::string& choice,
                            const std::vector<Offer<Contract>>& offers, const Surroundings& surroundings) {
    // Named kinds stand before or behind all that `auto` can bring.
    constexpr int beyond_own_ranks = 1'000'000;
    std::vector<Roster::Candidate> candidates;
    int rank = beyond_own_ranks;
    auto words = words_of_choice(choice);
    const std::set<std::string> named(words.begin(), words.end());
    std::set<std::string> done;
    for (const auto& word : words) {
        if (!done.insert(word).second) {
            continue;
        }
        if (word == "auto") {
            rank = -beyond_own_ranks;
        }
        for (const auto& offer : offers) {
            if (word == "auto" ? !offer.automatic || named.contains(offer.kind) : offer.kind != word) {
                continue;
            }
            auto engine = offer.create(surroundings);
            if (word != "auto") {
                candidates.push_back({std::move(engine), --rank});
            } else if (engine->info().place != Place::Cloud) {
                candidates.push_back({std::move(engine), offer.rank});
            }
        }
    }
    auto post = std::make_unique<Post>();
    post->roster =
        std::make_unique<Roster>(name, std::move(candidates), surroundings.clock, surroundings.log);
    post->name = std::move(name);
    post->choice = choice;
    posts_.push_back(std::move(post));
    return *posts_.back();
}

Hall::Hall(const Catalogue& catalogue, const Surroundings& surroundings, const EngineChoices& choices) {
    auto& hears = fill_post("recogniser", choices.recogniser, catalogue.recognisers, surroundings);
    auto& thinks = fill_post("model", choices.model, catalogue.models, surroundings);
    auto& speaks = fill_post("synthesiser", choices.synthesiser, catalogue.synthesisers, surroundings);
    auto& detects = fill_post("detector", choices.detector, catalogue.detectors, surroundings);

    auto recogniser = std::make_unique<AutomaticRecogniser>(*hears.roster, surroundings.log);
    auto model = std::make_unique<AutomaticModel>(*thinks.roster, surroundings.log);
    auto synthesiser = std::make_unique<AutomaticSynthesiser>(*speaks.roster, surroundings.log);
    recogniser_ = recogniser.get();
    model_ = model.get();
    synthesiser_ = synthesiser.get();
    detector_ = static_cast<Detector*>(&detects.roster->best());
    adapters_.push_back(std::move(recogniser));
    adapters_.push_back(std::move(model));
    adapters_.push_back(std::move(synthesiser));

    for (const auto& offer : catalogue.decoders) {
        decoders_.push_back(offer.create(surroundings));
    }
}

Result<Decoder*> Hall::decoder_for(std::span<const std::byte> head) const {
    for (const auto& decoder : decoders_) {
        if (decoder->recognises(head)) {
            return decoder.get();
        }
    }
    return Error{ErrorKind::Unsupported,
                 "This server cannot open " + std::string(audio::name_of(audio::sniff(head))) +
                     " recordings. Send WAV, or headerless 16-bit mono PCM at 16 kHz.",
                 {}};
}

awaitable<void> Hall::check() {
    std::vector<Task> questions;
    auto executor = co_await asio::this_coro::executor;
    for (const auto& post : posts_) {
        questions.emplace_back(executor, post->roster->check(check_limit));
    }
    questions.emplace_back(executor, check_decoders());
    for (auto& question : questions) {
        co_await question.join();
    }
}

awaitable<void> Hall::close() {
    for (const auto& post : posts_) {
        co_await post->roster->close();
    }
}

awaitable<void> Hall::check_decoders() {
    std::vector<Verdict> verdicts;
    for (const auto& decoder : decoders_) {
        Verdict verdict{.engine = decoder->info(), .health = {}, .in_use = true};
        verdict.health = co_await decoder->check();
        verdicts.push_back(std::move(verdict));
    }
    std::lock_guard lock(mutex_);
    decoder_verdicts_ = std::move(verdicts);
}

std::vector<Verdict> Hall::decoders() const {
    std::lock_guard lock(mutex_);
    return decoder_verdicts_;
}

std::vector<Hall::Trade> Hall::trades() const {
    std::vector<Trade> trades;
    for (const auto& post : posts_) {
        trades.push_back({post->name, post->choice, post->roster->verdicts()});
    }
    return trades;
}

bool Hall::ready() const {
    for (const auto& post : posts_) {
        for (const auto& verdict : post->roster->verdicts()) {
            if (verdict.in_use && !verdict.health.usable) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace repartee::engines
