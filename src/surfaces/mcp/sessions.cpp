#include "surfaces/mcp/sessions.h"

#include "accounts/key_material.h"

#include <fmt/format.h>

#include <charconv>

namespace repartee::surfaces::mcp {

namespace {

// Ours are shorter.
constexpr std::size_t longest_id = 200;

std::string context_of(const std::string& who) {
    return "mcp session/" + who;
}

}  // namespace

std::string Sessions::begin(const std::string& who, std::string_view version) const {
    return seal_.close(Secret(fmt::format("{} {}", seconds(), version)), context_of(who));
}

std::optional<McpSession> Sessions::find(const std::string& id, const std::string& who) const {
    if (id.empty() || id.size() > longest_id) {
        return std::nullopt;
    }
    auto opened = seal_.open(id, context_of(who));
    if (!opened) {
        return std::nullopt;
    }
    const auto& text = opened->reveal();
    std::int64_t began = 0;
    auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), began);
    auto age = std::chrono::seconds(seconds() - began);
    if (fault != std::errc{} || end == text.data() + text.size() || age > lifetime_) {
        return std::nullopt;
    }
    McpSession session{.name = accounts::sha256_hex(id).substr(0, 40),
                       .version = text.substr(static_cast<std::size_t>(end - text.data()) + 1)};
    std::lock_guard lock(mutex_);
    return are_over_.contains(session.name) ? std::nullopt : std::optional(std::move(session));
}

bool Sessions::end(const std::string& id, const std::string& who) {
    auto session = find(id, who);
    if (!session) {
        return false;
    }
    std::lock_guard lock(mutex_);
    if (!are_over_.insert(session->name).second) {
        return false;
    }
    ended_.push_back(std::move(session->name));
    if (ended_.size() > most_remembered) {
        are_over_.erase(ended_.front());
        ended_.pop_front();
    }
    return true;
}

std::int64_t Sessions::seconds() const {
    return std::chrono::duration_cast<std::chrono::seconds>(clock_.wall().time_since_epoch()).count();
}

}  // namespace repartee::surfaces::mcp
