// A file that is being fetched: NAME.part beside the place where it is to lie, and NAME.part.from, which says
// where its bytes come from. It survives whatever ends the program, and is gone on with later.
//
// Locked: a second program that fetches the same file is told so. Blocks; all calls one after the other, on
// any thread.
#pragma once

#include "base/error.h"
#include "models/checksum.h"

#include <cstdint>
#include <filesystem>
#include <stop_token>
#include <string>
#include <string_view>

namespace repartee::downloads {

class PartFile {
public:
    // Makes folder and file where there are none. Throws Failure: Conflict when another program fetches the
    // file, Unavailable when nothing can be written there.
    explicit PartFile(std::filesystem::path target);
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;
    // Keeps what is there; nothing is left of one that is empty.
    ~PartFile();

    const std::filesystem::path& path() const { return path_; }
    std::uintmax_t size() const { return size_; }

    // By which the server knows its bytes, if they are from this address; empty: nobody could go on with
    // them.
    std::string etag_of(std::string_view address) const;

    // Sums up what earlier runs have left. Throws Failure{Cancelled}.
    void read_what_is_there(const std::stop_token& stop);

    // From the first byte on, once more. Without an etag nobody will go on with it later.
    void begin(std::string_view address, std::string_view etag);

    // Throws Failure: TooLarge when the disk is full, Unavailable when it takes no more for another reason.
    void append(std::string_view bytes);

    std::string sha1() const { return sha1_.text(); }
    std::string sha256() const { return sha256_.text(); }

    // Puts it where it is to lie, on the disk and not only in memory.
    void put_in_place();
    // Leaves nothing of it.
    void discard();

private:
    void open_and_lock();
    std::filesystem::path note() const { return path_.string() + ".from"; }

    const std::filesystem::path target_;
    const std::filesystem::path path_;
    int handle_ = -1;
    std::uintmax_t size_ = 0;
    models::Checksum sha1_{models::Checksum::Kind::Sha1};
    models::Checksum sha256_{models::Checksum::Kind::Sha256};
};

// The place that is left on the disk of this folder, which need not be there yet. Nothing when nobody knows.
std::uintmax_t room_on_disk(const std::filesystem::path& folder);

}  // namespace repartee::downloads
