// How Milvus is used. Section [stores.milvus]; where it is comes from the URL.
#pragma once

#include "base/fields.h"

#include <chrono>
#include <string>

namespace repartee::stores::milvus {

struct MilvusSettings {
    Secret token = {};          // "user:password", or an API key
    std::string database = {};  // within Milvus; empty: its default
    // What the names of all collections begin with.
    std::string collection = "repartee";
    // For all that a search does there, beside a voice turn. Reading what was written just now waits until
    // Milvus has come so far itself, and a search may read twice.
    std::chrono::milliseconds patience{1'000};
    // For one call, where nobody waits for it.
    std::chrono::milliseconds timeout{10'000};
    bool fall_back = true;
    std::string certificate_authority = {};
};

void describe(Fields& fields, MilvusSettings& settings);

}  // namespace repartee::stores::milvus
