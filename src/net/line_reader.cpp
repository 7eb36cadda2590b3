#include "net/http_client.h"

#include <fmt/format.h>

namespace repartee::net {

awaitable<std::optional<std::string>> LineReader::next() {
    for (;;) {
        auto end = pending_.find('\n', searched_);
        bool last = end == pending_.npos && ended_;
        auto length = (end == pending_.npos ? pending_.size() : end) - begin_;
        if (length > limit_) {
            throw Failure(ErrorKind::ProviderBroke, "A line of the answer is too long.",
                          fmt::format("limit {} bytes", limit_));
        }
        if (last && length == 0) {
            co_return std::nullopt;
        }
        if (end != pending_.npos || last) {
            auto line = pending_.substr(begin_, length);
            begin_ = searched_ = std::min(begin_ + length + 1, pending_.size());
            if (line.ends_with('\r')) {
                line.pop_back();
            }
            co_return line;
        }
        pending_.erase(0, begin_);
        begin_ = 0;
        searched_ = pending_.size();
        auto piece = co_await reply_.next();
        ended_ = !piece;
        pending_ += piece.value_or("");
    }
}

}  // namespace repartee::net
