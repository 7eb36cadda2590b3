#include "surfaces/mcp/delivery.h"

#include <boost/asio/post.hpp>

#include <utility>

namespace repartee::surfaces::mcp {

void Delivery::give(const std::shared_ptr<Delivery>& to, Piece piece) {
    asio::post(to->strand_, [to, piece = std::move(piece)]() mutable { to->take(std::move(piece)); });
}

void Delivery::take(Piece piece) {
    if (piece.last) {
        answer_ = std::move(piece);
    } else if (notices_.size() < most_notices) {
        notices_.push_back(std::move(piece));
    }
    news_.ring();
}

awaitable<Piece> Delivery::next() {
    while (notices_.empty() && !answer_) {
        co_await news_.wait();
    }
    if (!notices_.empty()) {
        auto piece = std::move(notices_.front());
        notices_.pop_front();
        co_return piece;
    }
    auto piece = std::move(*answer_);
    answer_.reset();
    co_return piece;
}

}  // namespace repartee::surfaces::mcp
