// Where a Milvus is: http://[user:password@]host[:port][/database]. Pure.
#pragma once

#include "base/error.h"
#include "base/secret.h"

#include <string>

namespace repartee::stores::milvus {

struct Address {
    std::string origin = "http://localhost:19530";  // what paths are put behind
    std::string place = "localhost:19530";          // for people
    Secret token = {};
    std::string database = {};
};

// Empty: Milvus on this machine. The Error quotes nothing of the URL, which may hold a password.
Result<Address> parse_address(const std::string& url);

// Why a name cannot begin the names of collections; empty when it can.
std::string fault_of_collection(const std::string& name);

}  // namespace repartee::stores::milvus
