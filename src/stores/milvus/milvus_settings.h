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
    // For all that a search does there, beside a voice turn.
    std::chrono::milliseconds patience{500};
    // For one call, where nobody waits for it.
    std::chrono::milliseconds timeout{10'000};
    bool fall_back = true;
    std::string certificate_authority = {};
};

void describe(Fields& fields, MilvusSettings& settings);

}  // namespace repartee::stores::milvus
