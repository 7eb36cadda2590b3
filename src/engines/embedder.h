// Embedders: texts in, vectors out that lie near each other when the texts mean something alike. For memory,
// which finds by meaning.
#pragma once

#include "engines/engine.h"

#include <string>
#include <vector>

namespace repartee::engines {

// Of length 1. All of one embedder have the same dimension.
using Embedding = std::vector<float>;

class Embedder : public Engine {
public:
    // Names who makes these vectors: "hashing/1/384", "ollama/nomic-embed-text". Vectors of two names are
    // never compared; when it changes, what is remembered is embedded anew. Any thread; does not change while
    // it lives.
    virtual std::string identity() const = 0;

    // One vector for each text, in order; at most most_texts of them. Texts longer than the model reads are
    // cut. Throws Failure as models do: Unavailable, ProviderBroke, ProviderLate. Any strand. Cancelling
    // stops the work.
    virtual awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) = 0;

    static constexpr std::size_t most_texts = 64;
};

}  // namespace repartee::engines
