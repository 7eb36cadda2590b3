// What the keys of sessions are called in Redis. Pure.
//
// Nothing that somebody typed stands in a name: owners and sessions are hashed. The owner's hash is in
// braces, so that all keys of one owner are on the same node of a cluster, where one script may reach them
// together:
//
//     repartee:{3f1c…}:session:9b0d…     a session's messages, a list
//     repartee:{3f1c…}:sessions          the names of the owner's sessions, by when they end
#pragma once

#include "stores/session_memory.h"

#include <string>

namespace repartee::stores::redis {

struct SessionNames {
    std::string session;
    std::string index;  // of all sessions of the owner
};

SessionNames names_of(const std::string& prefix, const SessionKey& key);
std::string index_of(const std::string& prefix, const Owner& owner);

}  // namespace repartee::stores::redis
