#include "engines/hashing/text_vector.h"

#include "base/utf8.h"
#include "vocabulary/words.h"

#include <cmath>
#include <cstdint>
#include <unordered_map>

namespace repartee::engines::hashing {

namespace {

// What features weigh against each other.
constexpr float word_weight = 0.7F;
constexpr float filler_weight = 0.15F;  // words that are in every other sentence
constexpr float pair_weight = 0.5F;
constexpr float stem_weight = 0.8F;
// All pieces of one word together, so that long words do not count for more than short ones.
constexpr float pieces_weight = 1.0F;

enum class Kind : std::uint64_t { Word = 1, Stem = 2, Piece = 3 };

class Hash {
public:
    explicit Hash(Kind kind) { add(static_cast<std::uint64_t>(kind)); }
    void add(std::u32string_view text) {
        for (char32_t code : text) {
            add(code);
        }
        add(0x110000);  // no character: where the text ends
    }
    // Each bit of what was added matters for each bit of the result.
    std::uint64_t value() const {
        std::uint64_t mixed = state_;
        mixed ^= mixed >> 30;
        mixed *= 0xBF58476D1CE4E5B9;
        mixed ^= mixed >> 27;
        mixed *= 0x94D049BB133111EB;
        return mixed ^ (mixed >> 31);
    }

private:
    void add(std::uint64_t value) { state_ = (state_ ^ value) * 0x100000001B3; }
    std::uint64_t state_ = 0xCBF29CE484222325;
};

struct Feature {
    float weight = 0;  // of one
    float count = 0;
};
using Features = std::unordered_map<std::uint64_t, Feature>;

void add(Features& features, std::uint64_t hash, float weight) {
    auto& feature = features[hash];
    feature.weight = weight;
    feature.count += 1;
}

void add_pieces(Features& features, std::u32string_view word) {
    std::u32string fenced = U"\u0002" + std::u32string(word) + U"\u0003";
    if (fenced.size() < 4) {
        return;  // one piece, which is the word
    }
    std::vector<std::uint64_t> pieces;
    for (std::size_t length = 3; length <= 5; ++length) {
        for (std::size_t at = 0; at + length <= fenced.size(); ++at) {
            Hash hash(Kind::Piece);
            hash.add(std::u32string_view(fenced).substr(at, length));
            pieces.push_back(hash.value());
        }
    }
    const float each = pieces_weight / std::sqrt(static_cast<float>(pieces.size()));
    for (auto piece : pieces) {
        add(features, piece, each);
    }
}

Features features_of(std::string_view text) {
    Features features;
    const auto words = words_in(text);
    for (std::size_t i = 0; i < words.size(); ++i) {
        const auto& word = words[i];
        const bool filler = is_filler(word);
        Hash hash(Kind::Word);
        hash.add(word);
        add(features, hash.value(), filler ? filler_weight : word_weight);
        if (!filler) {
            Hash stem(Kind::Stem);
            stem.add(stem_of(word));
            add(features, stem.value(), stem_weight);
            add_pieces(features, word);
        }
        if (i > 0) {
            const bool both_fillers = filler && is_filler(words[i - 1]);
            // As one word, which some write them as: "wi-fi".
            Hash pair(Kind::Word);
            pair.add(words[i - 1] + word);
            add(features, pair.value(), both_fillers ? filler_weight * pair_weight : pair_weight);
        }
    }
    return features;
}

}  // namespace

std::vector<float> vector_of(std::string_view text) {
    // Two places each: where one of them is taken by something else, the other still tells them apart.
    constexpr int places = 2;
    std::vector<double> sums(dimension);
    for (const auto& [hash, feature] : features_of(truncate_utf8(text, longest_read))) {
        const double weight = feature.weight * (1 + std::log(feature.count));
        std::uint64_t lot = hash;
        for (int place = 0; place < places; ++place) {
            sums[(lot >> 1) % dimension] += (lot & 1) != 0 ? weight : -weight;
            lot = (lot >> 32) | (lot << 32);
        }
    }
    double length = 0;
    for (auto sum : sums) {
        length += sum * sum;
    }
    if (length == 0) {  // a text without a word
        sums[0] = 1;
        length = 1;
    }
    std::vector<float> vector(dimension);
    for (std::size_t i = 0; i < dimension; ++i) {
        vector[i] = static_cast<float>(sums[i] / std::sqrt(length));
    }
    return vector;
}

}  // namespace repartee::engines::hashing
