#include "conversation/history.h"

namespace repartee::conversation {

void History::add(std::vector<Message> exchange) {
    if (exchange.empty()) {
        return;
    }
    count_ += exchange.size();
    exchanges_.push_back(std::move(exchange));
    while (count_ > limit_ && exchanges_.size() > 1) {
        count_ -= exchanges_.front().size();
        exchanges_.pop_front();
    }
}

std::vector<Message> History::messages() const {
    std::vector<Message> all;
    all.reserve(count_);
    for (const auto& exchange : exchanges_) {
        all.insert(all.end(), exchange.begin(), exchange.end());
    }
    return all;
}

}  // namespace repartee::conversation
