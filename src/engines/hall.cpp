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
std::vector<std::string> embedder_kinds(const Catalogue& catalogue) {
    return kinds_of(catalogue.embedders);
}
std::vector<std::string> speaker_embedder_kinds(const Catalogue& catalogue) {
    return kinds_of(catalogue.speaker_embedders);
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
Hall::Post Hall::make_post(std::string trade, const std::string& choice, const Wishes& wishes,
                           const std::vector<Offer<Contract>>& offers) const {
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
            auto engine = offer.create(surroundings_, word == words.front() ? wishes : Wishes{});
            if (word != "auto") {
                candidates.push_back({std::move(engine), --rank});
            } else if (engine->info().place != Place::Cloud) {
                candidates.push_back({std::move(engine), offer.rank});
            }
        }
    }
    auto roster =
        std::make_unique<Roster>(trade, std::move(candidates), surroundings_.clock, surroundings_.log);
    return {.trade = std::move(trade), .choice = choice, .wishes = wishes, .roster = std::move(roster)};
}

template <class Adapter, class Contract>
Contract& Hall::fill_post(const std::string& trade, const std::string& choice, const Wishes& wishes,
                          const std::vector<Offer<Contract>>& offers) {
    std::lock_guard lock(posts_mutex_);
    auto post = std::ranges::find_if(posts_, [&](const Post& one) {
        return one.trade == trade && one.choice == choice && one.wishes == wishes;
    });
    if (post == posts_.end()) {
        post = posts_.insert(posts_.end(), make_post(trade, choice, wishes, offers));
        auto engine = std::make_unique<Adapter>(*post->roster, surroundings_.log);
        if constexpr (std::is_same_v<Adapter, AutomaticRecogniser>) {
            engine->lend(translator_);
        }
        post->engine = std::move(engine);
    }
    return static_cast<Contract&>(*post->engine);
}

Hall::Hall(const Catalogue& catalogue, const Surroundings& surroundings, const EngineChoices& choices)
    : catalogue_(catalogue),
      surroundings_(surroundings),
      translator_(choices.translator, surroundings.clock) {
    recogniser_ =
        &fill_post<AutomaticRecogniser>("recogniser", choices.recogniser, {}, catalogue.recognisers);
    model_ = &fill_post<AutomaticModel>("model", choices.model, {}, catalogue.models);
    translator_.use(*posts_.back().roster);
    synthesiser_ =
        &fill_post<AutomaticSynthesiser>("synthesiser", choices.synthesiser, {}, catalogue.synthesisers);
    detector_ = &fill_post<AutomaticDetector>("detector", choices.detector, {}, catalogue.detectors);
    if (!catalogue.embedders.empty()) {
        embedder_ = &fill_post<AutomaticEmbedder>("embedder", choices.embedder, {}, catalogue.embedders);
    }
    if (!catalogue.speaker_embedders.empty()) {
        speaker_embedder_ = &fill_post<AutomaticSpeakerEmbedder>("speakers", choices.speaker_embedder, {},
                                                                 catalogue.speaker_embedders);
    }
    everybodys_ = posts_.size();

    for (const auto& offer : catalogue.decoders) {
        decoders_.push_back(offer.create(surroundings, {}));
    }
}

Recogniser& Hall::recogniser(const std::string& choice, const Wishes& wishes) {
    return choice.empty()
               ? recogniser()
               : fill_post<AutomaticRecogniser>("recogniser", choice, wishes, catalogue_.recognisers);
}

Model& Hall::model(const std::string& choice, const Wishes& wishes) {
    return choice.empty() ? model() : fill_post<AutomaticModel>("model", choice, wishes, catalogue_.models);
}

Synthesiser& Hall::synthesiser(const std::string& choice, const Wishes& wishes) {
    return choice.empty()
               ? synthesiser()
               : fill_post<AutomaticSynthesiser>("synthesiser", choice, wishes, catalogue_.synthesisers);
}

std::shared_ptr<Model> Hall::lend_model(const std::string& kind, const Wishes& wishes) const {
    auto offer = std::ranges::find(catalogue_.models, kind, &Offer<Model>::kind);
    return offer == catalogue_.models.end() ? nullptr : offer->create(surroundings_, wishes);
}

bool Hall::has_key_for_model(const std::string& kind) const {
    auto offer = std::ranges::find(catalogue_.models, kind, &Offer<Model>::kind);
    return offer != catalogue_.models.end() && offer->has_key && offer->has_key();
}

std::vector<const Hall::Post*> Hall::posts() const {
    std::lock_guard lock(posts_mutex_);
    std::vector<const Post*> all;
    for (const auto& post : posts_) {
        all.push_back(&post);
    }
    return all;
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
    auto all = posts();
    for (const auto* post : all) {
        questions.emplace_back(executor, post->roster->check(check_limit));
    }
    questions.emplace_back(executor, check_decoders());
    co_await join_all(questions);
}

awaitable<void> Hall::close() {
    auto all = posts();
    for (const auto* post : all) {
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

template <class Contract>
std::vector<Contract*> Hall::candidates(std::string_view trade) const {
    std::vector<Contract*> all;
    for (const auto* post : posts()) {
        if (post->trade == trade) {
            for (std::size_t i = 0; i < post->roster->size(); ++i) {
                all.push_back(static_cast<Contract*>(&post->roster->at(i)));
            }
            break;  // everybody's come first
        }
    }
    return all;
}

template std::vector<Recogniser*> Hall::candidates(std::string_view) const;
template std::vector<Model*> Hall::candidates(std::string_view) const;
template std::vector<Synthesiser*> Hall::candidates(std::string_view) const;
template std::vector<Detector*> Hall::candidates(std::string_view) const;
template std::vector<Embedder*> Hall::candidates(std::string_view) const;
template std::vector<SpeakerEmbedder*> Hall::candidates(std::string_view) const;

std::vector<Hall::Trade> Hall::trades() const {
    std::vector<Trade> trades;
    for (const auto* post : posts()) {
        if (trades.size() < everybodys_) {
            trades.push_back({post->trade, post->choice, post->roster->verdicts()});
        }
    }
    return trades;
}

std::vector<Hall::Trade> Hall::trades_of_some() const {
    std::vector<Trade> trades;
    auto all = posts();
    for (std::size_t i = everybodys_; i < all.size(); ++i) {
        trades.push_back({all[i]->trade, all[i]->choice, all[i]->roster->verdicts()});
    }
    return trades;
}

bool Hall::ready() const {
    for (const auto& trade : trades()) {
        for (const auto& verdict : trade.verdicts) {
            if (verdict.in_use && !verdict.health.usable) {
                return false;
            }
        }
    }
    return true;
}

}  // namespace repartee::engines
