#include "workers/whisper/computing.h"

#include <fmt/format.h>

#include <cstdio>
#include <dlfcn.h>
#include <ggml-backend.h>
#include <parakeet.h>
#include <whisper.h>

namespace repartee::workers::whisper {

namespace {

// The brake that is just being made, by this thread.
thread_local std::vector<ggml_backend_t>* back_ends_of_the_new_one = nullptr;

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

std::vector<std::string> computing_devices() {
    std::vector<std::string> devices;
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto* device = ggml_backend_dev_get(i);
        devices.push_back(
            fmt::format("{} ({})", ggml_backend_dev_name(device), ggml_backend_dev_description(device)));
    }
    return devices;
}

bool has_graphics_card() {
    for (std::size_t i = 0; i < ggml_backend_dev_count(); ++i) {
        auto type = ggml_backend_dev_type(ggml_backend_dev_get(i));
        if (type == GGML_BACKEND_DEVICE_TYPE_GPU || type == GGML_BACKEND_DEVICE_TYPE_IGPU) {
            return true;
        }
    }
    return false;
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
