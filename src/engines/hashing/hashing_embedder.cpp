#include "engines/hashing/hashing_embedder.h"

#include "engines/hashing/text_vector.h"

namespace repartee::engines::hashing {

namespace {

// What is read within a tenth of a millisecond is not worth a way to another thread.
constexpr std::size_t short_enough = 600;  // bytes

std::vector<Embedding> vectors_of(const std::vector<std::string>& texts, const std::stop_token& stop) {
    std::vector<Embedding> vectors;
    vectors.reserve(texts.size());
    for (const auto& text : texts) {
        if (stop.stop_requested()) {
            break;
        }
        vectors.push_back(vector_of(text));
    }
    return vectors;
}

}  // namespace

EngineInfo HashingEmbedder::info() const {
    return {.kind = "hashing", .model = "words and pieces of words", .place = Place::Embedded};
}

awaitable<Health> HashingEmbedder::check() {
    co_return Health{.usable = true, .reason = "built in"};
}

awaitable<std::vector<Embedding>> HashingEmbedder::embed(std::vector<std::string> texts) {
    if (texts.size() > most_texts) {
        throw Failure(ErrorKind::TooLarge, "So many texts cannot be read at once.",
                      std::to_string(texts.size()) + " texts");
    }
    std::size_t bytes = 0;
    for (const auto& text : texts) {
        bytes += text.size();
    }
    if (bytes <= short_enough) {
        co_return vectors_of(texts, {});
    }
    auto reading = pool_.run([&texts](const std::stop_token& stop) { return vectors_of(texts, stop); });
    co_return co_await std::move(reading);
}

}  // namespace repartee::engines::hashing
