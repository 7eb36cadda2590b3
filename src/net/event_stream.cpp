#include "net/event_stream.h"

#include <charconv>
#include <utility>

namespace repartee::net {

namespace {

// It is sent back in a header.
constexpr std::size_t longest_event_id = 1024;  // bytes

}  // namespace

bool EventSplitter::push(std::string_view bytes) {
    for (char byte : bytes) {
        if (byte == '\n' && std::exchange(after_return_, false)) {
            continue;
        }
        after_return_ = byte == '\r';
        if (byte != '\n' && byte != '\r') {
            line_ += byte;
            continue;
        }
        end_line();
        if (data_ && data_->size() > limit_) {
            return false;
        }
    }
    return line_.size() <= limit_;
}

void EventSplitter::finish() {
    end_line();
    end_event();
}

std::optional<std::string> EventSplitter::next() {
    if (events_.empty()) {
        return std::nullopt;
    }
    auto event = std::move(events_.front());
    events_.pop_front();
    return event;
}

void EventSplitter::end_line() {
    std::string_view line = line_;
    if (std::exchange(first_line_, false) && line.starts_with("\xEF\xBB\xBF")) {
        line.remove_prefix(3);
    }
    if (line.empty()) {
        end_event();
    } else {
        auto name = line.substr(0, line.find(':'));
        line.remove_prefix(name.size());
        line.remove_prefix(line.starts_with(": ") ? 2 : line.starts_with(':') ? 1 : 0);
        take_field(name, line);
    }
    line_.clear();
}

void EventSplitter::take_field(std::string_view name, std::string_view value) {
    if (name == "data") {
        if (data_) {
            *data_ += '\n';
            *data_ += value;
        } else {
            data_ = value;
        }
    } else if (name == "id" && value.find('\0') == std::string_view::npos &&
               value.size() <= longest_event_id) {
        id_ = value;
    } else if (name == "retry") {
        std::uint32_t milliseconds = 0;
        const auto* end = value.data() + value.size();
        if (auto read = std::from_chars(value.data(), end, milliseconds);
            read.ec == std::errc{} && read.ptr == end) {
            retry_ = std::chrono::milliseconds(milliseconds);
        }
    }
}

void EventSplitter::end_event() {
    last_id_ = id_;
    if (data_) {
        events_.push_back(std::move(*data_));
        data_.reset();
    }
}

awaitable<std::optional<std::string>> EventReader::next() {
    for (;;) {
        if (auto event = splitter_.next()) {
            co_return event;
        }
        if (ended_) {
            co_return std::nullopt;
        }
        auto piece = co_await reply_.next();
        if (!piece) {
            ended_ = true;
            splitter_.finish();
        } else if (!splitter_.push(*piece)) {
            throw Failure(ErrorKind::ProviderBroke, "An event of the answer is too long.");
        }
    }
}

}  // namespace repartee::net
