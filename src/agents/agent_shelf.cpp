#include "agents/agent_shelf.h"

namespace repartee::agents {

AgentShelf::AgentShelf(AgentBook book, std::function<Result<AgentBook>()> read_again)
    : read_again_(std::move(read_again)), book_(std::make_shared<const AgentBook>(std::move(book))) {}

std::shared_ptr<const AgentBook> AgentShelf::book() const {
    std::lock_guard lock(mutex_);
    return book_;
}

Result<void> AgentShelf::reload() {
    std::lock_guard one_at_a_time(reloading_);
    auto read = read_again_();
    if (!read) {
        return read.error();
    }
    auto book = std::make_shared<const AgentBook>(std::move(*read));
    std::lock_guard lock(mutex_);
    book_ = std::move(book);
    return {};
}

}  // namespace repartee::agents
