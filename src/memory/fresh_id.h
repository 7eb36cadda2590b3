// Ids for what is kept: nobody guesses them, and no two are alike.
#pragma once

#include <string>

namespace repartee::memory {

// 32 hexadecimal digits. Any thread.
std::string fresh_id();

}  // namespace repartee::memory
