// What stores read: the first byte says as what. A line of a session out of Redis, which comes back the same
// when it is written again; a column out of PostgreSQL, of a type that the second byte says; an answer of
// Milvus, which is understood or is a failure of its own kind; a text as a literal of Milvus's, which nothing
// in it ends; an address, which is understood or explained in words that never have its password in them.
#include "stores/milvus/milvus_address.h"
#include "stores/milvus/milvus_filter.h"
#include "stores/milvus/milvus_wire.h"
#include "stores/postgres/postgres_address.h"
#include "stores/postgres/values.h"
#include "stores/redis/redis_address.h"
#include "stores/redis/stored_line.h"

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

using namespace repartee;
using namespace repartee::stores;

namespace {

void insist(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void read_line(std::string_view bytes) {
    const auto line = redis::decode_line(bytes);
    if (!line) {
        return;
    }
    insist(line->message.role == Role::User || line->message.role == Role::Assistant);
    const auto again = redis::decode_line(redis::encode_line(line->position, "append", line->message));
    insist(again && again->position == line->position && again->message.content == line->message.content);
}

void read_column(std::string_view bytes) {
    constexpr Oid types[] = {16, 17, 19, 20, 21, 23, 25, 700, 701, 705, 1043, 1700, 1184, 0};
    if (!bytes.empty()) {
        const auto type = types[static_cast<unsigned char>(bytes[0]) % std::size(types)];
        postgres::decode(type, bytes.substr(1));
    }
}

// Each answer as if it were one to each question.
void read_answer(std::string_view bytes) {
    boost::json::error_code not_json;
    const auto answer = boost::json::parse(bytes, not_json);
    if (not_json) {
        return;
    }
    const auto read = [&](const auto& as) {
        try {
            as(answer);
        } catch (const milvus::MilvusFailure&) {
        }
    };
    read([](const auto& data) { milvus::hits_in(data); });
    read([](const auto& data) { milvus::versions_in(data); });
    read([](const auto& data) { milvus::names_in(data); });
    read([](const auto& data) { milvus::says_has(data); });
    read([](const auto& data) { milvus::load_state_in(data); });
    read([](const auto& data) { milvus::fault_of_shape(data, 384); });
}

void write_literal(std::string_view text) {
    const auto literal = milvus::quoted_literal(text);
    insist(literal.size() >= 2 && literal.front() == '"');
    std::size_t at = 1;
    while (at < literal.size() && literal[at] != '"') {
        at += literal[at] == '\\' ? 2 : 1;
    }
    insist(at + 1 == literal.size());
}

void read_address(std::string_view bytes) {
    const std::string url(bytes);
    if (auto address = milvus::parse_address(url)) {
        insist(!address->origin.empty() && !address->place.empty());
    } else {
        insist(!address.error().message.empty());
    }
    if (auto address = redis::parse_address(url)) {
        insist(address->port != 0 && address->database >= 0 && !address->name().empty());
    } else {
        insist(!address.error().message.empty());
    }
    if (auto address = postgres::Address::parse(url, {})) {
        insist(!address->name().empty() && !address->options().empty());
    } else {
        insist(!address.error().message.empty());
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (bytes.empty()) {
        return 0;
    }
    switch (bytes[0]) {
        case 'l': read_line(bytes.substr(1)); break;
        case 'c': read_column(bytes.substr(1)); break;
        case 'm': read_answer(bytes.substr(1)); break;
        case 'q': write_literal(bytes.substr(1)); break;
        default: read_address(bytes.substr(1)); break;
    }
    return 0;
}
