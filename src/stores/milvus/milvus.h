// A Milvus as it is asked: REST v2, one call at a time, repeated where that may help. Everything that is sent
// may be sent twice, and says the same both times. Any strand.
#pragma once

#include "base/clock.h"
#include "base/log.h"
#include "net/http_client.h"
#include "stores/milvus/milvus_address.h"
#include "stores/milvus/milvus_filter.h"
#include "stores/milvus/milvus_settings.h"
#include "stores/milvus/milvus_trouble.h"

#include <boost/json.hpp>

#include <atomic>
#include <cstdint>
#include <string>

namespace repartee::stores::milvus {

struct Question {
    std::string path;  // behind /v2/vectordb: "/entities/search"
    boost::json::object body = {};
    Filter filter = {};
    std::string data = {};  // JSON text for the key `data`, which may be large; empty: none
};

class Milvus {
public:
    // Asks nobody yet. `clock` outlives it.
    Milvus(Address address, const MilvusSettings& settings, net::TlsContext trust, Clock& clock, Log log);

    const Address& address() const { return address_; }

    // `data` of the answer; null where it has none. Throws MilvusFailure, after having tried again for as
    // long as `timeout` of the settings where that made sense. Cancelling ends it at once.
    awaitable<boost::json::value> ask(Question question);

    // How often it has answered well so far: tells whether it was asked at all, and could be.
    std::int64_t answers() const { return answers_; }

private:
    awaitable<boost::json::value> ask_patiently(Question question, FilterForm form);
    awaitable<boost::json::value> ask_once(Question question, FilterForm form);

    const Address address_;
    const MilvusSettings settings_;
    Clock& clock_;
    const Log log_;
    net::HttpClient http_;
    std::atomic<FilterForm> form_{FilterForm::Templates};
    std::atomic<std::int64_t> answers_{0};
};

}  // namespace repartee::stores::milvus
