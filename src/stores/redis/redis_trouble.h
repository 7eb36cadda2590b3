// What can go wrong with a Redis, by what is done about it.
#pragma once

#include "base/error.h"

#include <string>
#include <string_view>

namespace repartee::stores::redis {

enum class Trouble {
    Lost,           // the connection is gone or keeps us waiting, or it leads to a replica: connect anew
    NotReady,       // it is starting, failing over, or stuck in somebody's script: wait
    Misconfigured,  // password, rights, a cluster: only a person can help
    Full,           // what is there can be read, and nothing more is kept
    NoScript,       // it has forgotten the script: send it whole
    Odd,            // a mistake of ours, or it is no Redis
};

// By the first word of an error reply: "OOM command not allowed …".
Trouble trouble_of(std::string_view reply);

// Whether nothing can be had from it for a while, by anybody.
bool is_down(Trouble trouble);

// Kind Unavailable, whatever it is: whoever asked goes on without. `detail` never has what people said.
class RedisFailure : public Failure {
public:
    RedisFailure(Trouble trouble, std::string detail)
        : Failure(ErrorKind::Unavailable, "The memory of sessions cannot be reached.", std::move(detail)),
          trouble_(trouble) {}
    Trouble trouble() const { return trouble_; }

private:
    Trouble trouble_;
};

}  // namespace repartee::stores::redis
