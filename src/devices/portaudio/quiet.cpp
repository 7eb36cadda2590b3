#include "devices/portaudio/quiet.h"

#include <alsa/asoundlib.h>
#include <cstdio>
#include <jack/jack.h>
#include <mutex>
#include <unistd.h>

namespace repartee::devices::portaudio {

namespace {

void say_nothing_of_alsa(const char*, int, const char*, int, const char*, ...) {}  // NOLINT(cert-dcl50-cpp)

void say_nothing_of_jack(const char*) {}

// A write function of fopencookie: of whole lines, for the stream is line-buffered.
ssize_t pass_on(void*, const char* text, std::size_t size) {
    std::string_view all(text, size);
    while (!all.empty()) {
        auto line = all.substr(0, all.find('\n'));
        line = all.substr(0, std::min(line.size() + 1, all.size()));
        all.remove_prefix(line.size());
        if (!is_remark_of_portaudio(line) && ::write(STDERR_FILENO, line.data(), line.size()) < 0) {
            break;  // nobody reads what we say: that is no reason to stop
        }
    }
    return static_cast<ssize_t>(size);
}

}  // namespace

bool is_remark_of_portaudio(std::string_view line) {
    return line.starts_with("Expression '") && line.find("failed in 'src/") != std::string_view::npos;
}

void quieten_sound_libraries() {
    static std::once_flag once;
    std::call_once(once, [] {
        snd_lib_error_set_handler(say_nothing_of_alsa);
        jack_set_error_function(say_nothing_of_jack);
        jack_set_info_function(say_nothing_of_jack);
        cookie_io_functions_t functions{.read = nullptr, .write = pass_on, .seek = nullptr, .close = nullptr};
        if (std::FILE* filtered = fopencookie(nullptr, "w", functions)) {
            std::setvbuf(filtered, nullptr, _IOLBF, BUFSIZ);
            stderr = filtered;
        }
    });
}

}  // namespace repartee::devices::portaudio
