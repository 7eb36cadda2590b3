// One engine at several addresses: engines that wrap engines, one for each address, all of the same kind and
// with the same settings. Each new stream goes to the address with the least to do (address_book.h). What
// fails there before it has said anything is begun once more at another; what has begun to answer and breaks
// off fails, as with a single address. The checks of the hall ask every address, and a healthy one is enough.
#pragma once

#include "engines/address_book.h"
#include "engines/catalogue.h"
#include "engines/embedder.h"
#include "engines/model.h"
#include "engines/recogniser.h"
#include "engines/synthesiser.h"

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

namespace repartee::engines {

// The engines of a pool, and the book in which their addresses stand.
template <class Contract>
struct Pool {
    std::shared_ptr<AddressBook> book;  // shared with the other pools of the kind
    Duration patience{};                // for a slot
    std::vector<std::size_t> addresses;
    std::vector<std::unique_ptr<Contract>> engines;  // by the same order

    // The engine at an address of the book.
    Contract& at(std::size_t address) const {
        return *engines[static_cast<std::size_t>(std::ranges::find(addresses, address) - addresses.begin())];
    }
    // Of the first that is in.
    Contract& first() const {
        for (std::size_t one = 0; one < engines.size(); ++one) {
            if (book->facts(addresses[one]).in) {
                return *engines[one];
            }
        }
        return *engines.front();
    }
};

class PooledRecogniser final : public Recogniser {
public:
    explicit PooledRecogniser(Pool<Recogniser> pool) : pool_(std::move(pool)) {}
    EngineInfo info() const override;
    awaitable<Health> check() override;
    awaitable<void> close() override;
    RecogniserCapabilities capabilities() const override { return pool_.first().capabilities(); }
    std::unique_ptr<RecogniserStream> start(const RecognitionRequest& request) override;

private:
    Pool<Recogniser> pool_;
};

class PooledSynthesiser final : public Synthesiser {
public:
    explicit PooledSynthesiser(Pool<Synthesiser> pool) : pool_(std::move(pool)) {}
    EngineInfo info() const override;
    awaitable<Health> check() override;
    awaitable<void> close() override;
    SynthesiserCapabilities capabilities() const override { return pool_.first().capabilities(); }
    std::unique_ptr<SpeechStream> start(const SpeechRequest& request) override;

private:
    Pool<Synthesiser> pool_;
};

class PooledModel final : public Model {
public:
    explicit PooledModel(Pool<Model> pool) : pool_(std::move(pool)) {}
    EngineInfo info() const override;
    awaitable<Health> check() override;
    awaitable<void> close() override;
    std::unique_ptr<ModelStream> start(Prompt prompt) override;

private:
    Pool<Model> pool_;
};

class PooledEmbedder final : public Embedder {
public:
    explicit PooledEmbedder(Pool<Embedder> pool) : pool_(std::move(pool)) {}
    EngineInfo info() const override;
    awaitable<Health> check() override;
    awaitable<void> close() override;
    // The same wherever they are embedded: it is one model.
    std::string identity() const override { return pool_.engines.front()->identity(); }
    awaitable<std::vector<Embedding>> embed(std::vector<std::string> texts) override;

private:
    Pool<Embedder> pool_;
};

namespace detail {

template <class Contract>
struct PooledOf;
template <>
struct PooledOf<Recogniser> {
    using Type = PooledRecogniser;
};
template <>
struct PooledOf<Synthesiser> {
    using Type = PooledSynthesiser;
};
template <>
struct PooledOf<Model> {
    using Type = PooledModel;
};
template <>
struct PooledOf<Embedder> {
    using Type = PooledEmbedder;
};

}  // namespace detail

// For an offer's `create`: the engine at the address of the settings, or, where these name several or limit
// what one is given at once, a pool of such. `create(address)` makes one.
template <class Contract, class Create>
std::unique_ptr<Contract> at_addresses(const std::string& list, const AddressSettings& settings,
                                       AddressBookHolder& holder, const Surroundings& around,
                                       const Create& create) {
    const auto addresses = addresses_in(list);
    if (addresses.empty() || (addresses.size() == 1 && settings.slots == 0)) {
        return create(addresses.empty() ? list : addresses.front());
    }
    Pool<Contract> pool{.book = holder.ensure(around.clock, around.metrics, around.log),
                        .patience = settings.slot_wait};
    for (const auto& address : addresses) {
        pool.addresses.push_back(pool.book->enter(address, static_cast<std::size_t>(settings.slots)));
        pool.engines.push_back(create(address));
    }
    return std::make_unique<typename detail::PooledOf<Contract>::Type>(std::move(pool));
}

}  // namespace repartee::engines
