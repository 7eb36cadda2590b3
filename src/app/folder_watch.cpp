#include "app/folder_watch.h"

#include "base/error.h"

#include <fmt/format.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <sys/inotify.h>
#include <sys/stat.h>
#include <system_error>
#include <unistd.h>

namespace repartee::app {

namespace {

constexpr std::uint32_t what_counts =
    IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

[[noreturn]] void cannot_watch(const std::filesystem::path& folder, int error) {
    auto reason = error == ENOSPC || error == EMFILE
                      ? "this user watches as many folders as the system allows (fs.inotify.max_user_watches "
                        "and max_user_instances)"
                      : std::generic_category().message(error);
    throw Failure(ErrorKind::Unavailable,
                  fmt::format("'{}' cannot be watched: {}.", folder.string(), reason));
}

// A file that has just got a name and that nobody will close: a link.
bool is_whole_at_once(const std::filesystem::path& path) {
    struct stat facts{};
    return ::lstat(path.c_str(), &facts) == 0 && (S_ISLNK(facts.st_mode) || facts.st_nlink > 1);
}

}  // namespace

FolderWatch::FolderWatch(const Executor& executor, const std::filesystem::path& folder)
    : folder_(folder), events_(executor) {
    int handle = ::inotify_init1(IN_NONBLOCK | IN_CLOEXEC);
    if (handle < 0) {
        cannot_watch(folder, errno);
    }
    events_.assign(handle);
    if (::inotify_add_watch(handle, folder.c_str(), what_counts) < 0) {
        cannot_watch(folder, errno);
    }
}

awaitable<FolderNews> FolderWatch::next() {
    while (news_.empty()) {
        co_await events_.async_wait(asio::posix::descriptor_base::wait_read, use_awaitable);
        read();
    }
    auto news = std::move(news_.front());
    news_.pop_front();
    co_return news;
}

void FolderWatch::read() {
    alignas(inotify_event) std::array<char, 16'384> buffer;
    auto size = ::read(events_.native_handle(), buffer.data(), buffer.size());
    for (const char* at = buffer.data(); size > 0 && at < buffer.data() + size;) {
        inotify_event event{};
        std::memcpy(&event, at, sizeof event);
        const char* name = at + sizeof event;  // as long as event.len says, filled up with zeros
        at += sizeof event + event.len;
        if ((event.mask & IN_Q_OVERFLOW) != 0) {
            news_.emplace_back(LookAgain{});
        } else if ((event.mask & (IN_DELETE_SELF | IN_MOVE_SELF | IN_IGNORED | IN_UNMOUNT)) != 0) {
            news_.emplace_back(FolderGone{});
        } else if ((event.mask & IN_ISDIR) == 0 && event.len > 0 &&
                   ((event.mask & IN_CREATE) == 0 || is_whole_at_once(folder_ / name))) {
            news_.emplace_back(FileArrived{name});
        }
    }
}

}  // namespace repartee::app
