#include "base/atomic_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdlib>
#include <fcntl.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace repartee {

namespace {

namespace fs = std::filesystem;

[[noreturn]] void cannot_write(const fs::path& path, int error) {
    throw Failure(ErrorKind::Unavailable, fmt::format("'{}' cannot be written: {}.", path.string(),
                                                      std::generic_category().message(error)));
}

// Under a name of its own beside the file; gone unless it is put in place.
class Draft {
public:
    Draft(const fs::path& path, Readers readers) : path_(path), name_(path.string() + ".XXXXXX") {
        handle_ = ::mkstemp(name_.data());
        if (handle_ < 0) {
            cannot_write(path_, errno);
        }
        ::fchmod(handle_, readers == Readers::OwnerOnly ? 0600 : 0644);
    }
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;
    ~Draft() {
        if (handle_ >= 0) {
            ::close(handle_);
            ::unlink(name_.c_str());
        }
    }

    void write(std::string_view text) {
        while (!text.empty()) {
            auto written = ::write(handle_, text.data(), text.size());
            if (written < 0 && errno != EINTR) {
                cannot_write(path_, errno);
            }
            text.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(0, written)));
        }
    }

    void put_in_place() {
        if (::fsync(handle_) != 0 || ::rename(name_.c_str(), path_.c_str()) != 0) {
            cannot_write(path_, errno);
        }
        ::close(std::exchange(handle_, -1));
    }

private:
    const fs::path path_;
    std::string name_;
    int handle_ = -1;
};

}  // namespace

void write_atomically(const fs::path& path, std::string_view text, Readers readers) {
    std::error_code fault;
    fs::create_directories(path.parent_path(),
                           fault);  // what is wrong with it shows when a file is made there
    Draft draft(path, readers);
    draft.write(text);
    draft.put_in_place();
    flush_folder(path.parent_path());
}

void flush_folder(const fs::path& folder) {
    int handle = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (handle >= 0) {
        ::fsync(handle);
        ::close(handle);
    }
}

}  // namespace repartee
