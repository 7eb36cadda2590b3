// A file descriptor that is closed with its owner.
#pragma once

#include <unistd.h>
#include <utility>

namespace repartee {

class Descriptor {
public:
    explicit Descriptor(int number = -1) : number_(number) {}
    ~Descriptor() { reset(); }
    Descriptor(Descriptor&& other) noexcept : number_(other.release()) {}
    Descriptor& operator=(Descriptor&& other) noexcept {
        if (this != &other) {
            reset(other.release());
        }
        return *this;
    }

    int get() const { return number_; }
    bool is_open() const { return number_ >= 0; }
    // Closes what it has and takes this one.
    void reset(int number = -1) {
        if (int old = std::exchange(number_, number); old >= 0) {
            ::close(old);
        }
    }
    // Somebody else closes it.
    [[nodiscard]] int release() { return std::exchange(number_, -1); }

private:
    int number_;
};

}  // namespace repartee
