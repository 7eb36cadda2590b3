// ggml, on which the libraries stand: where its back ends are, and how a computation is stopped in its
// middle.
#pragma once

#include <atomic>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::workers::whisper {

// Loads the back ends for this machine's processor, and for its graphics card where one is installed. Once,
// before any model.
void load_back_ends();

// Where a model computes.
struct ComputingDevice {
    int card = -1;          // among the graphics cards, as the libraries count them; -1: on the processor
    std::string name = {};  // "AMD EPYC 7763", "NVIDIA GeForce RTX 3060 (Vulkan)"
    bool as_wished = true;
};

// `wish`: auto, cpu, gpu, or the kind of a card, cuda or vulkan. Where there is no such card, or no back end
// for it, it is the processor. After `load_back_ends`.
ComputingDevice device_for(std::string_view wish);

// How many threads to compute with at this moment: `wanted`, or fewer where other programs keep cores busy.
// Threads of a computation wait for each other in loops, at every step: one without a core of its own holds
// up all. (Two threads on two cores, of which a compiler wants one, take three times as long as one thread.)
// Takes a millisecond.
int threads_for_now(int wanted);

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
