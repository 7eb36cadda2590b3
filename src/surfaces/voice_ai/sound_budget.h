// How much sound may wait to be understood, in bytes as it came: of one socket, and of all those together who
// have no account. Any thread.
#pragma once

#include <atomic>
#include <cstddef>
#include <utility>

namespace repartee::surfaces::voice_ai {

class SoundBudget {
public:
    explicit SoundBudget(std::size_t most) : most_(most) {}

    // False, and nothing taken, where there is not so much left.
    bool take(std::size_t bytes) {
        if (taken_.fetch_add(bytes) + bytes <= most_) {
            return true;
        }
        taken_.fetch_sub(bytes);
        return false;
    }
    void give_back(std::size_t bytes) { taken_.fetch_sub(bytes); }
    std::size_t taken() const { return taken_.load(); }

private:
    const std::size_t most_;
    std::atomic<std::size_t> taken_{0};
};

// What one utterance has of the budgets; given back when it goes. On the socket's strand.
class SoundShare {
public:
    enum class Verdict { Granted, SocketIsFull, EverybodyIsFull };

    // Of none.
    SoundShare() = default;
    // `everybody`: null for who is bound by the socket alone. Both outlive it.
    SoundShare(SoundBudget& socket, SoundBudget* everybody) : socket_(&socket), everybody_(everybody) {}
    SoundShare(SoundShare&& other) noexcept
        : socket_(other.socket_), everybody_(other.everybody_), bytes_(std::exchange(other.bytes_, 0)) {}
    SoundShare& operator=(SoundShare&& other) noexcept {
        std::swap(socket_, other.socket_);
        std::swap(everybody_, other.everybody_);
        std::swap(bytes_, other.bytes_);
        return *this;
    }
    ~SoundShare() { shrink_to(0); }

    // So many from now on. Refused, it has what it had.
    Verdict hold(std::size_t bytes) {
        if (socket_ == nullptr || bytes <= bytes_) {
            shrink_to(bytes);
            return Verdict::Granted;
        }
        const auto more = bytes - bytes_;
        if (!socket_->take(more)) {
            return Verdict::SocketIsFull;
        }
        if (everybody_ != nullptr && !everybody_->take(more)) {
            socket_->give_back(more);
            return Verdict::EverybodyIsFull;
        }
        bytes_ = bytes;
        return Verdict::Granted;
    }

private:
    void shrink_to(std::size_t bytes) {
        if (socket_ == nullptr || bytes >= bytes_) {
            return;
        }
        const auto less = bytes_ - bytes;
        socket_->give_back(less);
        if (everybody_ != nullptr) {
            everybody_->give_back(less);
        }
        bytes_ = bytes;
    }

    SoundBudget* socket_ = nullptr;
    SoundBudget* everybody_ = nullptr;
    std::size_t bytes_ = 0;
};

}  // namespace repartee::surfaces::voice_ai
