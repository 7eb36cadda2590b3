#include "base/owned_folder.h"

#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <string>
#include <sys/file.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace repartee {

namespace {

// What the owner has written about itself, in one line; the file is nobody else's, and may hold anything.
std::string owner_in(int handle) {
    char text[200];
    const auto length = ::pread(handle, text, sizeof text, 0);
    std::string owner;
    for (char character : std::string_view(text, length > 0 ? static_cast<std::size_t>(length) : 0)) {
        if (character == '\n') {
            break;
        }
        owner += character >= ' ' && character <= '~' ? character : '?';
    }
    return owner.empty() ? "another process" : owner;
}

void write_owner(int handle, std::string_view owner) {
    const auto line = fmt::format("{}, process {}\n", owner, ::getpid());
    // Only words for people: that they are missing is no reason not to start.
    if (::ftruncate(handle, 0) == 0) {
        [[maybe_unused]] const auto written = ::pwrite(handle, line.data(), line.size(), 0);
    }
}

Error cannot_be_had(const std::filesystem::path& folder, int error) {
    return {
        ErrorKind::Unavailable,
        fmt::format("The folder '{}' cannot be used: {}. Give it to who runs this program, or name another.",
                    folder.string(), std::generic_category().message(error)),
        {}};
}

}  // namespace

Result<OwnedFolder> OwnedFolder::take(const std::filesystem::path& folder, std::string_view owner) {
    std::error_code fault;
    if (std::filesystem::create_directories(folder, fault)) {
        std::filesystem::permissions(folder, std::filesystem::perms::owner_all, fault);
    }
    // Closed in programs that this one starts: they own nothing.
    const auto file = folder / file_name;
    Descriptor lock(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (!lock.is_open()) {
        return cannot_be_had(folder, errno);
    }
    if (::flock(lock.get(), LOCK_EX | LOCK_NB) == 0) {
        OwnedFolder owned(std::move(lock));
        owned.say_owner(owner);
        return owned;
    }
    if (errno != EWOULDBLOCK) {
        return cannot_be_had(folder, errno);
    }
    return Error{
        ErrorKind::Conflict,
        fmt::format("The folder '{}' belongs to {}, which is running. Stop that one, or name another folder.",
                    folder.string(), owner_in(lock.get())),
        {}};
}

std::optional<OwnedFolder> OwnedFolder::share(const std::filesystem::path& folder, Descriptor lock) {
    struct stat of_lock{};
    struct stat of_folder{};
    bool is_its_own = ::fstat(lock.get(), &of_lock) == 0 &&
                      ::stat((folder / file_name).c_str(), &of_folder) == 0 &&
                      of_lock.st_dev == of_folder.st_dev && of_lock.st_ino == of_folder.st_ino;
    // The lock belongs to the open file, which both have: taking it again changes nothing where it is held,
    // and fails where somebody else has it.
    if (!is_its_own || ::flock(lock.get(), LOCK_EX | LOCK_NB) != 0) {
        return std::nullopt;
    }
    return OwnedFolder(std::move(lock));
}

void OwnedFolder::say_owner(std::string_view owner) const {
    write_owner(lock_.get(), owner);
}

}  // namespace repartee
