// ggml, on which the libraries stand: where its back ends are, and how a computation is stopped in its
// middle.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace repartee::workers::whisper {

// Loads the back ends for this machine's processor, and for its graphics card where one is installed. Once,
// before any model.
void load_back_ends();

// What there is to compute with: "CPU (AMD EPYC ...)", "Vulkan0 (...)".
std::vector<std::string> computing_devices();
bool has_graphics_card();

// Stops what is computed for one decoder between two steps, which take microseconds to milliseconds. The
// libraries look at their own abort callbacks only between whole networks: seconds, with a large model.
class Brake {
public:
    // `make` makes a library's state; the processor's back ends that it makes with it belong to this brake.
    explicit Brake(const std::function<void()>& make);
    ~Brake();
    Brake(const Brake&) = delete;
    Brake& operator=(const Brake&) = delete;

    // While it lives, what this thread computes stops as soon as `abort` is true.
    class Hold {
    public:
        Hold(Brake& brake, const std::atomic<bool>& abort);
        ~Hold();
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        Brake& brake_;
    };

private:
    struct Pedal;
    std::unique_ptr<Pedal> pedal_;  // at a fixed place: the back ends know it
};

// What the libraries say goes to standard error, where it is an error. Once.
void quiet_libraries();

}  // namespace repartee::workers::whisper
