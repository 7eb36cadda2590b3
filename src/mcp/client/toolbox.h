// The tools of all servers that the settings name, as skills (skills/toolbox.h).
#pragma once

#include "mcp/client/peer.h"
#include "mcp/client/settings.h"
#include "skills/toolbox.h"

#include <atomic>
#include <memory>
#include <string>
#include <vector>

namespace repartee::mcp::client {

class McpToolbox final : public skills::Toolbox {
public:
    McpToolbox(const std::vector<ServerSettings>& servers, const Surroundings& around);
    ~McpToolbox() override;

    // On the home strand: keeps in touch with all of them until it is cancelled; then `close`, for all who
    // still wait.
    awaitable<void> run();
    // Asks each once, at most for `patience`; what is wrong with one is in its state.
    awaitable<void> look(Duration patience);
    awaitable<void> close();

    std::uint64_t edition() const override { return edition_; }
    skills::SkillSet tools_of(const std::string& agent, const std::vector<std::string>& names) const override;

    // Until each has been tried once.
    awaitable<void> until_tried() const;

    // In the order of the settings. Any thread.
    std::vector<PeerState> states() const;

private:
    Executor home_;
    Clock& clock_;
    std::atomic<std::uint64_t> edition_ = 0;
    std::vector<std::unique_ptr<Peer>> peers_;
};

}  // namespace repartee::mcp::client
