#include "workers/whisper/computing.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <dlfcn.h>
#include <filesystem>
#include <fstream>
#include <ggml-backend.h>
#include <limits>
#include <optional>
#include <parakeet.h>
#include <strings.h>
#include <thread>
#include <whisper.h>

namespace repartee::workers::whisper {

namespace {

// The brake that is just being made, by this thread.
thread_local std::vector<ggml_backend_t>* back_ends_of_the_new_one = nullptr;

// Threads that run, on all of the machine; nothing where the kernel does not say.
std::optional<int> running_threads() {
    std::ifstream statistics("/proc/stat");
    std::string word;
    while (statistics >> word) {
        int count = 0;
        if (word == "procs_running" && statistics >> count) {
            return count;
        }
    }
    return std::nullopt;
}

// Ours among them: this one, those of other decoders, and those that have computed and wait in a loop for
// more.
int running_threads_of_ours() {
    int running = 0;
    std::error_code fault;
    for (const auto& thread : std::filesystem::directory_iterator("/proc/self/task", fault)) {
        std::ifstream file(thread.path() / "stat");
        std::string state{std::istreambuf_iterator<char>(file), {}};
        // "123 (a name with ) and spaces) R ..."
        auto name_end = state.rfind(") ");
        running += name_end != std::string::npos && state[name_end + 2] == 'R' ? 1 : 0;
    }
    return running;
}

// What this thread computes may be stopped by this.
thread_local const std::atomic<bool>* abort_of_this_thread = nullptr;

// That a computation which we stop ourselves has failed is no news.
void log_errors(ggml_log_level level, const char* text, void*) {
    bool stopped = abort_of_this_thread != nullptr && *abort_of_this_thread;
    if (level == GGML_LOG_LEVEL_ERROR && !stopped) {
        std::fputs(text, stderr);
    }
}

}  // namespace

struct Brake::Pedal {
    std::vector<ggml_backend_t> back_ends;
    std::atomic<const std::atomic<bool>*> abort{nullptr};

    static bool pressed(void* self) {
        const auto* abort = static_cast<Pedal*>(self)->abort.load(std::memory_order_acquire);
        return abort != nullptr && abort->load(std::memory_order_relaxed);
    }
};

Brake::Brake(const std::function<void()>& make) : pedal_(std::make_unique<Pedal>()) {
    back_ends_of_the_new_one = &pedal_->back_ends;
    make();
    back_ends_of_the_new_one = nullptr;
    for (auto* back_end : pedal_->back_ends) {
        auto* registry = ggml_backend_dev_backend_reg(ggml_backend_get_device(back_end));
        auto set = reinterpret_cast<ggml_backend_set_abort_callback_t>(
            ggml_backend_reg_get_proc_address(registry, "ggml_backend_set_abort_callback"));
        if (set != nullptr) {
            set(back_end, &Pedal::pressed, pedal_.get());
        }
    }
}

Brake::~Brake() = default;

Brake::Hold::Hold(Brake& brake, const std::atomic<bool>& abort) : brake_(brake) {
    brake_.pedal_->abort.store(&abort, std::memory_order_release);
    abort_of_this_thread = &abort;
}

Brake::Hold::~Hold() {
    brake_.pedal_->abort.store(nullptr, std::memory_order_release);
    abort_of_this_thread = nullptr;
}

void load_back_ends() {
#ifdef REPARTEE_GGML_BACK_ENDS
    ggml_backend_load_all_from_path(REPARTEE_GGML_BACK_ENDS);
#endif
    // What the user has installed besides; those that are loaded already are passed over.
    ggml_backend_load_all();
}

ComputingDevice device_for(std::string_view wish) {
    ComputingDevice device{.as_wished = wish == "cpu" || wish == "auto"};
    int card = -1;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto* found = ggml_backend_dev_get(i);
        auto type = ggml_backend_dev_type(found);
        bool is_card = type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU;
        card += is_card ? 1 : 0;
        std::string kind = ggml_backend_reg_name(ggml_backend_dev_backend_reg(found));
        bool is_wanted =
            wish == "auto" || wish == "gpu" || ::strcasecmp(kind.c_str(), std::string(wish).c_str()) == 0;
        if (is_card && is_wanted && wish != "cpu") {
            return {.card = card, .name = fmt::format("{} ({})", ggml_backend_dev_description(found), kind)};
        }
        if (type == GGML_BACKEND_DEVICE_TYPE_CPU) {
            device.name = ggml_backend_dev_description(found);
        }
    }
    return device;
}

int threads_for_now(int wanted) {
    // Somebody runs for a moment at any time: what counts is who still does a little later.
    constexpr int looks = 3;
    constexpr std::chrono::microseconds between{400};
    auto cores = static_cast<int>(std::thread::hardware_concurrency());
    int others = std::numeric_limits<int>::max();
    for (int look = 0; look < looks && others > 0 && wanted > 1; ++look) {
        if (look > 0) {
            std::this_thread::sleep_for(between);
        }
        auto ours = running_threads_of_ours();
        auto running = running_threads();
        others = running ? std::min(others, std::max(*running - ours, 0)) : 0;
    }
    return std::clamp(cores - others, 1, wanted);
}

void quiet_libraries() {
    ggml_log_set(log_errors, nullptr);
    whisper_log_set(log_errors, nullptr);
    parakeet_log_set(log_errors, nullptr);
}

}  // namespace repartee::workers::whisper

// In place of ggml's own, which it calls: a program's definition comes before that of a library. There is no
// other way to the back ends inside a library's state.
extern "C" ggml_backend_t ggml_backend_init_by_type(enum ggml_backend_dev_type type, const char* parameters) {
    using Own = ggml_backend_t (*)(enum ggml_backend_dev_type, const char*);
    static const auto own = reinterpret_cast<Own>(::dlsym(RTLD_NEXT, "ggml_backend_init_by_type"));
    auto* back_end = own(type, parameters);
    auto* back_ends = repartee::workers::whisper::back_ends_of_the_new_one;
    if (back_end != nullptr && back_ends != nullptr) {
        back_ends->push_back(back_end);
    }
    return back_end;
}
