#include "stores/milvus/milvus_trouble.h"

namespace repartee::stores::milvus {

namespace {

ErrorKind kind_of(Trouble trouble) {
    switch (trouble) {
        case Trouble::NotReady:
        case Trouble::Throttled: return ErrorKind::Busy;
        case Trouble::Misunderstood:
        case Trouble::Unexpected: return ErrorKind::ProviderBroke;
        default: return ErrorKind::Unavailable;
    }
}

// Milvus's own numbers, from its source's list of errors.
std::optional<Trouble> trouble_of_code(std::int64_t code) {
    switch (code) {
        case 0:
        case 200:  // of servers before 2.4
            return std::nullopt;
        case 1:
        case 2:
        case 12: return Trouble::NotReady;
        case 4:
        case 8:
        case 1807: return Trouble::Throttled;
        case 100: return Trouble::NoCollection;
        case 101:
        case 103: return Trouble::NotLoaded;
        case 800: return Trouble::NoDatabase;
        case 1400:
        case 1401:
        case 1800: return Trouble::NotPermitted;
        case 105:
        case 700:
        case 701:
        case 702:
        case 1100:
        case 1101:
        case 1700:
        case 1801:
        case 1802:
        case 1804:
        case 1805:
        case 1806: return Trouble::Misunderstood;
        default: return Trouble::Unexpected;
    }
}

}  // namespace

std::optional<Trouble> trouble_of(int http_status, std::int64_t code) {
    if (http_status == 401 || http_status == 403) {
        return Trouble::NotPermitted;
    }
    if (http_status == 429) {
        return Trouble::Throttled;
    }
    if (http_status == 408 || http_status == 503 || http_status == 504) {
        return Trouble::NotReady;
    }
    if (http_status != 200) {
        return Trouble::Away;
    }
    return trouble_of_code(code);
}

bool may_pass(Trouble trouble) {
    return trouble == Trouble::NotReady || trouble == Trouble::Throttled || trouble == Trouble::Unexpected;
}

bool is_over_with_an_answer(Trouble trouble) {
    return trouble != Trouble::Misfit && trouble != Trouble::Misunderstood && trouble != Trouble::Unexpected;
}

MilvusFailure::MilvusFailure(Trouble trouble, std::string detail)
    : Failure(kind_of(trouble), "The vector store cannot be asked at the moment.", std::move(detail)),
      trouble_(trouble) {}

std::string advice_for(Trouble trouble) {
    switch (trouble) {
        case Trouble::NotPermitted:
            return "correct user and password in VECTOR_DB_URL, or token in [stores.milvus]";
        case Trouble::NoDatabase:
            return "create the database in Milvus, or correct database in [stores.milvus]";
        case Trouble::Misfit:
            return "name another collection in [stores.milvus], or drop that one: it is filled anew";
        case Trouble::Misunderstood:
        case Trouble::Unexpected:
            return "look into the log of this server and of Milvus; VECTOR_DB_TYPE=database does without it";
        case Trouble::NotReady:
        case Trouble::Throttled: return "wait until Milvus has less to do, or give it more room";
        default: return "start Milvus, or correct VECTOR_DB_URL";
    }
}

}  // namespace repartee::stores::milvus
