// A Milvus beside a database: what the offer gives out.
#pragma once

#include "stores/milvus/milvus_memories.h"

namespace repartee::stores::milvus {

class MilvusStore final : public VectorStore {
public:
    // Asks nobody yet. `database` has rows and outlives it.
    MilvusStore(Address address, const MilvusSettings& settings, net::TlsContext trust, Database& database,
                const Surroundings& surroundings);

    std::string name() const override;
    Memories& memories() override { return memories_; }
    awaitable<StoreHealth> check() override;
    awaitable<void> run() override { return memories_.run(); }

    awaitable<void> sweep_everything() { return memories_.sweep_everything(); }

private:
    const MilvusSettings settings_;
    Clock& clock_;
    Milvus milvus_;
    MilvusMemories memories_;
};

// What is wrong with the settings.
Result<void> check_settings(const MilvusSettings& settings, const std::string& url);
Result<std::unique_ptr<VectorStore>> create_store(const MilvusSettings& settings,
                                                  const Surroundings& surroundings, const std::string& url,
                                                  Database& database);

}  // namespace repartee::stores::milvus
