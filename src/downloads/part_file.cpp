#include "downloads/part_file.h"

#include "base/atomic_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <fstream>
#include <limits>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>
#include <vector>

namespace repartee::downloads {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t reading_piece = 1 << 20;

Failure disk_failure(const fs::path& path, int error) {
    if (error == ENOSPC || error == EDQUOT) {
        return {ErrorKind::TooLarge, fmt::format("The disk of {} is full.", path.parent_path().string()),
                std::generic_category().message(error)};
    }
    return {ErrorKind::Unavailable, fmt::format("'{}' cannot be written: {}.", path.string(),
                                                std::generic_category().message(error))};
}

// Whether the file that we hold is still the one of that name: another program may just have put it in its
// place.
bool is_of_that_name(int handle, const fs::path& path) {
    struct stat held{};
    struct stat named{};
    return ::fstat(handle, &held) == 0 && ::stat(path.c_str(), &named) == 0 && held.st_ino == named.st_ino &&
           held.st_dev == named.st_dev;
}

}  // namespace

PartFile::PartFile(fs::path target) : target_(std::move(target)), path_(target_.string() + ".part") {
    std::error_code fault;
    fs::create_directories(target_.parent_path(), fault);
    open_and_lock();
}

void PartFile::open_and_lock() {
    for (;;) {
        handle_ = ::open(path_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644);
        if (handle_ < 0) {
            throw disk_failure(path_, errno);
        }
        if (::flock(handle_, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
            ::close(std::exchange(handle_, -1));
            throw Failure(ErrorKind::Conflict, fmt::format("Another repartee is fetching {} at this moment.",
                                                           target_.filename().string()));
        }
        if (is_of_that_name(handle_, path_)) {
            break;
        }
        ::close(std::exchange(handle_, -1));
    }
    size_ = static_cast<std::uintmax_t>(std::max<off_t>(0, ::lseek(handle_, 0, SEEK_END)));
}

PartFile::~PartFile() {
    if (handle_ >= 0 && size_ == 0) {
        discard();
    } else if (handle_ >= 0) {
        ::close(handle_);
    }
}

std::string PartFile::etag_of(std::string_view address) const {
    std::ifstream file(note());
    std::string written_address;
    std::string etag;
    std::getline(file, written_address);
    std::getline(file, etag);
    return written_address == address ? etag : std::string();
}

void PartFile::read_what_is_there(const std::stop_token& stop) {
    std::vector<char> piece(reading_piece);
    for (std::uintmax_t at = 0; at < size_;) {
        auto count = ::pread(handle_, piece.data(), std::min<std::uintmax_t>(piece.size(), size_ - at),
                             static_cast<off_t>(at));
        if (count < 0 && errno == EINTR) {
            continue;
        }
        if (count <= 0) {
            throw disk_failure(path_, count < 0 ? errno : EIO);
        }
        if (stop.stop_requested()) {
            throw Failure(ErrorKind::Cancelled, "Nobody waits for it any more.");
        }
        std::string_view bytes(piece.data(), static_cast<std::size_t>(count));
        sha1_.add(bytes);
        sha256_.add(bytes);
        at += bytes.size();
    }
}

void PartFile::begin(std::string_view address, std::string_view etag) {
    if (::ftruncate(handle_, 0) != 0) {
        throw disk_failure(path_, errno);
    }
    size_ = 0;
    sha1_ = models::Checksum(models::Checksum::Kind::Sha1);
    sha256_ = models::Checksum(models::Checksum::Kind::Sha256);
    // Behind the truncation: whatever happens now, there are no bytes that this note is wrong about.
    if (etag.empty()) {
        std::error_code ignored;
        fs::remove(note(), ignored);
    } else {
        write_atomically(note(), fmt::format("{}\n{}\n", address, etag));
    }
}

void PartFile::append(std::string_view bytes) {
    for (auto rest = bytes; !rest.empty();) {
        auto written = ::pwrite(handle_, rest.data(), rest.size(), static_cast<off_t>(size_));
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            throw disk_failure(path_, written < 0 ? errno : ENOSPC);
        }
        auto taken = rest.substr(0, static_cast<std::size_t>(written));
        sha1_.add(taken);
        sha256_.add(taken);
        size_ += taken.size();
        rest.remove_prefix(taken.size());
    }
}

void PartFile::put_in_place() {
    if (::fsync(handle_) != 0 || ::rename(path_.c_str(), target_.c_str()) != 0) {
        throw disk_failure(target_, errno);
    }
    flush_folder(target_.parent_path());
    std::error_code ignored;
    fs::remove(note(), ignored);
    ::close(std::exchange(handle_, -1));
}

void PartFile::discard() {
    std::error_code ignored;
    fs::remove(note(), ignored);
    fs::remove(path_, ignored);
    ::close(std::exchange(handle_, -1));
}

std::uintmax_t room_on_disk(const fs::path& folder) {
    std::error_code fault;
    for (auto place = fs::absolute(folder, fault); !place.empty(); place = place.parent_path()) {
        auto space = fs::space(place, fault);
        if (!fault) {
            return space.available;
        }
        if (place == place.root_path()) {
            break;
        }
    }
    return std::numeric_limits<std::uintmax_t>::max();
}

}  // namespace repartee::downloads
