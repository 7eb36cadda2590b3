// A folder that one process at a time may own: a second server that would keep its data in the same place
// finds out before it does any harm. The kernel lets go of it when the process ends, however it ends.
//
// Blocks: for start-up. Who only looks on or changes something in between (a command) does not take it.
#pragma once

#include "base/descriptor.h"
#include "base/error.h"

#include <filesystem>
#include <optional>
#include <string_view>

namespace repartee {

class OwnedFolder {
public:
    // Makes the folder, for its owner's eyes alone, where there is none. `owner`: what a second one is told
    // about who is there, "repartee serve"; the number of the process is added. The Error: Conflict when
    // somebody else owns it, Unavailable when it cannot be had at all; both say what to do.
    static Result<OwnedFolder> take(const std::filesystem::path& folder, std::string_view owner);

    // Shared by the owner, who has left its `lock` to this process and ends some time later: nobody else can
    // come in between. Nothing where the lock is of another folder, or of nobody any more.
    static std::optional<OwnedFolder> share(const std::filesystem::path& folder, Descriptor lock);

    // What is left to a process that may share it.
    int lock() const { return lock_.get(); }

    // Who is there from now on, for the words to a second one. Of those who share it the last to say so
    // counts.
    void say_owner(std::string_view owner) const;

    // The file in the folder that stands for it. It stays when the owner is gone; without one it means
    // nothing.
    static constexpr std::string_view file_name = "owner.lock";

private:
    explicit OwnedFolder(Descriptor lock) : lock_(std::move(lock)) {}
    Descriptor lock_;
};

}  // namespace repartee
