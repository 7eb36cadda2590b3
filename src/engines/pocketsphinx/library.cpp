#include "engines/pocketsphinx/library.h"

#include "base/error.h"

#include <sphinxbase/err.h>

#include <array>
#include <cstdarg>
#include <cstdio>
#include <mutex>

namespace repartee::engines::pocketsphinx {

namespace {

void on_message(void* /*user_data*/, err_lvl_t level, const char* format, ...) {
    if (level != ERR_FATAL) {
        return;
    }
    std::array<char, 300> message{};
    va_list arguments;
    va_start(arguments, format);
    std::vsnprintf(message.data(), message.size(), format, arguments);
    va_end(arguments);
    throw Failure(ErrorKind::Unavailable, "The speech recogniser does not work at the moment.",
                  message.data());
}

}  // namespace

void tame_library() {
    static std::once_flag once;
    std::call_once(once, [] { err_set_callback(&on_message, nullptr); });
    // For what it prints without asking the callback. Each thread has a stream of its own.
    err_set_logfp(nullptr);
}

}  // namespace repartee::engines::pocketsphinx
