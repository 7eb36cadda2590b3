#include "stores/milvus/milvus_store.h"

#include "base/together.h"
#include "net/tls.h"
#include "stores/milvus/milvus_wire.h"

#include <fmt/format.h>

#include <algorithm>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::milvus {

namespace {

// Whoever asks how we are waits no longer for Milvus than this.
constexpr Duration patience_of_checks = 2s;

std::string meanwhile(bool falls_back) {
    return falls_back ? "; until then the database searches itself" : "; until then memories are not found";
}

}  // namespace

MilvusStore::MilvusStore(Address address, const MilvusSettings& settings, net::TlsContext trust,
                         Database& database, const Surroundings& surroundings)
    : settings_(settings),
      clock_(surroundings.clock),
      milvus_(std::move(address), settings, std::move(trust), surroundings.clock, surroundings.log),
      memories_(milvus_, settings, database.memories(), *database.memory_rows(), surroundings) {}

std::string MilvusStore::name() const {
    return fmt::format("Milvus at {}", milvus_.address().place);
}

awaitable<StoreHealth> MilvusStore::check() {
    StoreHealth health;
    std::optional<Trouble> trouble;
    try {
        Question list{.path = "/collections/list"};
        Error late{ErrorKind::ProviderLate, "it does not answer in time", "it does not answer in time"};
        auto asking = milvus_.ask(std::move(list));
        const auto answer =
            co_await with_deadline(clock_, patience_of_checks, std::move(asking), std::move(late));
        const auto names = names_in(answer);
        const auto ours = std::ranges::count_if(
            names, [&](const std::string& name) { return name.starts_with(settings_.collection + "_"); });
        health.usable = true;
        health.reason = fmt::format("answers, {} collections of ours", ours);
    } catch (const MilvusFailure& failure) {
        trouble = failure.trouble();
        health.reason = failure.error().detail;
    } catch (const Failure& failure) {
        trouble = Trouble::Away;
        health.reason = failure.error().detail;
    }
    if (health.usable) {
        const auto last = memories_.reach().last();
        if (last && !is_over_with_an_answer(last->trouble)) {
            health.usable = false;
            health.reason = last->detail;
            trouble = last->trouble;
        } else {
            memories_.reach().answered_others();
        }
    }
    if (trouble) {
        health.advice = advice_for(*trouble) + meanwhile(settings_.fall_back);
    }
    co_return health;
}

Result<void> check_settings(const MilvusSettings& settings, const std::string& url) {
    if (const auto address = parse_address(url); !address) {
        return address.error();
    }
    if (const auto fault = fault_of_collection(settings.collection); !fault.empty()) {
        return Error{ErrorKind::Unprocessable, "collection in [stores.milvus]: " + fault, {}};
    }
    return {};
}

Result<std::unique_ptr<VectorStore>> create_store(const MilvusSettings& settings,
                                                  const Surroundings& surroundings, const std::string& url,
                                                  Database& database) {
    if (const auto checked = check_settings(settings, url); !checked) {
        return checked.error();
    }
    if (database.memory_rows() == nullptr) {
        return Error{ErrorKind::Unsupported, "the database lets nobody else search its memories", {}};
    }
    auto trust = net::client_tls(settings.certificate_authority);
    if (!trust) {
        return trust.error();
    }
    return std::make_unique<MilvusStore>(parse_address(url).value(), settings, std::move(*trust), database,
                                         surroundings);
}

}  // namespace repartee::stores::milvus
