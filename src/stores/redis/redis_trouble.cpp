#include "stores/redis/redis_trouble.h"

#include <algorithm>
#include <initializer_list>

namespace repartee::stores::redis {

Trouble trouble_of(std::string_view reply) {
    auto word = reply.substr(0, reply.find(' '));
    auto is_one_of = [word](std::initializer_list<std::string_view> words) {
        return std::ranges::find(words, word) != words.end();
    };
    if (is_one_of({"LOADING", "MASTERDOWN", "TRYAGAIN", "CLUSTERDOWN", "BUSY", "UNKILLABLE", "NOREPLICAS"})) {
        return Trouble::NotReady;
    }
    // A former master still answers its old clients. Another address may be behind the name by now.
    if (word == "READONLY") {
        return Trouble::Lost;
    }
    if (is_one_of({"NOAUTH", "WRONGPASS", "NOPERM", "DENIED", "MOVED", "ASK", "CROSSSLOT", "NOPROTO"})) {
        return Trouble::Misconfigured;
    }
    // It does not write while its disk is full, either.
    if (is_one_of({"OOM", "MISCONF"})) {
        return Trouble::Full;
    }
    if (word == "NOSCRIPT") {
        return Trouble::NoScript;
    }
    // Old ones have no word of their own for it: "ERR invalid password", "ERR Client sent AUTH, but no
    // password is set", "ERR max number of clients reached", "ERR DB index is out of range".
    if (reply.find("invalid password") != std::string_view::npos ||
        reply.find("AUTH") != std::string_view::npos || reply.find("DB index") != std::string_view::npos) {
        return Trouble::Misconfigured;
    }
    if (reply.find("max number of clients") != std::string_view::npos) {
        return Trouble::NotReady;
    }
    return Trouble::Odd;
}

bool is_down(Trouble trouble) {
    return trouble == Trouble::Lost || trouble == Trouble::NotReady || trouble == Trouble::Misconfigured;
}

}  // namespace repartee::stores::redis
