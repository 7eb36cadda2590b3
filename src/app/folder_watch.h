// A folder in which files arrive: told by the kernel (inotify), so that looking costs nothing.
//
//     FolderWatch watch(executor, folder);       // from here on nothing is missed
//     for (;;) { auto news = co_await watch.next(); ... }
//
// A file has arrived when whoever wrote it has closed it, when it was moved in, or when another name was
// given to it. What lies there already is the owner's affair, and so are folders within. Folders of other
// machines (NFS, SMB) tell only of what this machine does.
#pragma once

#include "base/async.h"

#include <boost/asio/posix/basic_stream_descriptor.hpp>

#include <deque>
#include <filesystem>
#include <string>
#include <variant>

namespace repartee::app {

// A file, by its name within the folder.
struct FileArrived {
    std::string name;
};
// More happened than the kernel keeps: look at all of it again.
struct LookAgain {};
// The folder is gone, or is another one now. Nothing more comes.
struct FolderGone {};
using FolderNews = std::variant<FileArrived, LookAgain, FolderGone>;

class FolderWatch {
public:
    // Throws Failure, which says why the folder cannot be watched.
    FolderWatch(const Executor& executor, const std::filesystem::path& folder);

    // On the executor. Cancelling throws operation_aborted.
    awaitable<FolderNews> next();

private:
    void read();

    const std::filesystem::path folder_;
    asio::posix::basic_stream_descriptor<Executor> events_;
    std::deque<FolderNews> news_;  // of one read: some kilobytes
};

}  // namespace repartee::app
