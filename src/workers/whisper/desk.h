// Who is decoded next. A few decoders, each on a thread of its own; more who speak than decoders wait here:
// what somebody has finished saying first, then what they are still saying, then recordings.
//
// Overload therefore costs partial texts before it costs anybody an answer.
#pragma once

#include "workers/whisper/speech_model.h"

#include <atomic>
#include <condition_variable>
#include <functional>
#include <list>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace repartee::workers::whisper {

enum class Rank { Final, Partial, Recording };

struct DeskOptions {
    int decoders = 1;
    int threads = 2;          // of each decoder
    std::size_t places = 64;  // who may wait; more are told that all are busy
};

class Desk {
    struct Queue;

public:
    using Work = std::function<void(Decoder&, const std::atomic<bool>& abort)>;

    // Something that waits, is done, or has been done. Destroying it withdraws it: it does not begin any
    // more, and where it has begun it is aborted and waited for, which takes milliseconds.
    class Ticket {
    public:
        Ticket() = default;
        Ticket(Ticket&&) noexcept = default;
        Ticket& operator=(Ticket&& other) noexcept;
        ~Ticket() { withdraw(); }

        // Neither done nor withdrawn.
        bool pending() const;
        void withdraw();
        // Until it is done.
        void wait() const;

    private:
        friend class Desk;
        struct Job;
        explicit Ticket(std::shared_ptr<Job> job) : job_(std::move(job)) {}
        std::shared_ptr<Job> job_;
    };

    // Makes the decoders at once. The model outlives the desk. Throws what making a decoder throws.
    Desk(SpeechModel& model, const DeskOptions& options);
    ~Desk();
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;

    // `work` is called on a thread of the desk, or never. It does not throw. Throws Failure{Busy} when too
    // many wait, save for what somebody has finished saying.
    Ticket ask(Rank rank, Work work);

private:
    void serve(Decoder& decoder);

    const DeskOptions options_;
    std::shared_ptr<Queue> queue_;
    std::vector<std::unique_ptr<Decoder>> decoders_;
    std::vector<std::jthread> threads_;
};

}  // namespace repartee::workers::whisper
