// Small steps that handlers share. Internal to this folder.
#pragma once

#include "surfaces/voice_ai/operations.h"
#include "surfaces/voice_ai/wire.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <string>
#include <vector>

namespace repartee::surfaces::voice_ai {

inline net::Response told(const boost::json::value& body, int status = 200) {
    return net::json_response(status, boost::json::serialize(body));
}

inline net::Response done() {
    return {.status = 204};
}

template <class Kept>
boost::json::array wire_list(const std::vector<Kept>& all) {
    boost::json::array list;
    for (const auto& one : all) {
        list.push_back(wire(one));
    }
    return list;
}

inline std::string text_in(const boost::json::object& values, std::string_view name) {
    const auto* value = values.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

inline std::int64_t number_in(const boost::json::object& values, std::string_view name) {
    return values.at(name).as_int64();
}

// Of a call that has one: operations for users only.
inline UserId user_of(const Call& call) {
    return call.principal->user.id;
}

// The name of a thing that is not there, or somebody else's.
[[noreturn]] inline void absent(const std::string& what) {
    throw Failure(ErrorKind::NotFound, "There is no such " + what + ".");
}

// `before` of a page. Throws Failure{Unprocessable}.
inline Mark mark_of(const Call& call) {
    auto mark = mark_in(text_in(call.parameters, "before"));
    if (!mark) {
        throw Failure(ErrorKind::Unprocessable, "`before` is not what `next` of a page was");
    }
    return *mark;
}

// Where there is one more than the page has room for, it goes, and the mark leads behind the last that stays.
template <class Kept>
boost::json::value cut_page(std::vector<Kept>& all, std::size_t limit) {
    if (all.size() <= limit) {
        return nullptr;
    }
    all.resize(limit);
    return boost::json::string(text_of({all.back().updated_at_ms, all.back().id}));
}

}  // namespace repartee::surfaces::voice_ai
