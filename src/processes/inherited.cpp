#include "processes/inherited.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <fcntl.h>

namespace repartee::processes {

namespace {

// A whole number, and nothing besides.
std::optional<long> whole_number_in(std::string_view text) {
    long number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

Error senseless(std::string_view variable, std::string_view value, std::string_view because) {
    // It is shown at a terminal, and may hold anything.
    std::string shown(value.substr(0, 60));
    std::ranges::replace_if(shown, [](unsigned char c) { return c < ' ' || c > '~'; }, '?');
    return {ErrorKind::Unprocessable, fmt::format("{} is '{}', {}", variable, shown, because), {}};
}

// Separated by colons.
std::vector<std::string> parts_of(std::string_view names) {
    std::vector<std::string> parts;
    for (;;) {
        auto end = names.find(':');
        parts.emplace_back(names.substr(0, end));
        if (end == std::string_view::npos) {
            return parts;
        }
        names.remove_prefix(end + 1);
    }
}

std::optional<std::string> variable(const char* name) {
    const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): before there are threads
    return value == nullptr ? std::nullopt : std::optional<std::string>(value);
}

}  // namespace

Result<std::vector<std::string>> inherited_names(const InheritanceWords& words, pid_t self) {
    std::vector<std::string> none;
    if (!words.pid || !words.count) {
        return none;
    }
    auto pid = whole_number_in(*words.pid);
    if (!pid || *pid <= 0) {
        return senseless("LISTEN_PID", *words.pid, "which is no process");
    }
    if (*pid != self) {
        return none;  // for a program that has started us in between
    }
    auto count = whole_number_in(*words.count);
    if (!count || *count < 0 || *count > most_inherited) {
        return senseless("LISTEN_FDS", *words.count,
                         fmt::format("which is no number from 0 to {}", most_inherited));
    }
    if (!words.names || *count == 0) {
        return std::vector<std::string>(static_cast<std::size_t>(*count), "unknown");
    }
    auto names = parts_of(*words.names);
    if (names.size() != static_cast<std::size_t>(*count)) {
        return senseless("LISTEN_FDNAMES", *words.names,
                         fmt::format("which are not the names of {} descriptors", *count));
    }
    return names;
}

Result<std::vector<Inherited>> take_inherited() {
    InheritanceWords words{variable("LISTEN_PID"), variable("LISTEN_FDS"), variable("LISTEN_FDNAMES")};
    for (const char* name : {"LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES"}) {
        ::unsetenv(name);  // NOLINT(concurrency-mt-unsafe)
    }
    auto names = inherited_names(words, ::getpid());
    if (!names) {
        return names.error();
    }
    std::vector<Inherited> all;
    for (auto& name : *names) {
        int number = first_inherited + static_cast<int>(all.size());
        if (::fcntl(number, F_SETFD, FD_CLOEXEC) != 0) {
            return Error{
                ErrorKind::Unprocessable,
                fmt::format("LISTEN_FDS promises descriptor {} ('{}'), which is not open", number, name),
                {}};
        }
        all.push_back({std::move(name), Descriptor(number)});
    }
    return all;
}

}  // namespace repartee::processes
