// A folder that one process at a time may own: a second server that would keep its data in the same place
// finds out before it does any harm. The kernel lets go of it when the process ends, however it ends.
//
// Blocks: for start-up. Who only looks on or changes something in between (a command) does not take it.
#pragma once

#include "base/error.h"

#include <filesystem>
#include <string_view>
#include <utility>

namespace repartee {

class OwnedFolder {
public:
    // Makes the folder, for its owner's eyes alone, where there is none. `owner`: what a second one is told
    // about who is there, "repartee serve"; the number of the process is added. The Error: Conflict when
    // somebody else owns it, Unavailable when it cannot be had at all; both say what to do.
    static Result<OwnedFolder> take(const std::filesystem::path& folder, std::string_view owner);

    ~OwnedFolder();
    OwnedFolder(OwnedFolder&& other) noexcept : handle_(std::exchange(other.handle_, -1)) {}
    OwnedFolder& operator=(OwnedFolder&& other) noexcept {
        std::swap(handle_, other.handle_);
        return *this;
    }

    // The file in the folder that stands for it. It stays when the owner is gone; without one it means
    // nothing.
    static constexpr std::string_view file_name = "owner.lock";

private:
    explicit OwnedFolder(int handle) : handle_(handle) {}
    int handle_ = -1;
};

}  // namespace repartee
