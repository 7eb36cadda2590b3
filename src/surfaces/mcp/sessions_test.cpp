#include "surfaces/mcp/sessions.h"

#include "accounts/sealed_text.h"
#include "base/test_loop.h"
#include "mcp/protocol.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::mcp {
namespace {

class McpSessions : public testing::Test {
protected:
    Sessions one_more_server(const accounts::SealingKey& key) {
        return Sessions({.close = [&key](const Secret& text,
                                         const std::string& context) { return key.seal(text, context); },
                         .open = [&key](const std::string& sealed,
                                        const std::string& context) { return key.open(sealed, context); }},
                        clock_, 24h);
    }
    void pass(Duration time) { run_to_end(context_, clock_, clock_.sleep(time), time + 1s); }

    asio::io_context context_;
    VirtualClock clock_;
    const accounts::SealingKey key_{Secret("a key that is long enough for anybody")};
    Sessions sessions_ = one_more_server(key_);
};

TEST_F(McpSessions, AreFoundByWhoBeganThem) {
    auto id = sessions_.begin("user/1", "2025-11-25");
    EXPECT_TRUE(repartee::mcp::is_session_id(id));
    EXPECT_NE(sessions_.begin("user/1", "2025-11-25"), id);
    EXPECT_EQ(sessions_.find(id, "user/1")->version, "2025-11-25");
    EXPECT_FALSE(sessions_.find(id, "user/2"));
    EXPECT_FALSE(sessions_.find(id, ""));
    EXPECT_FALSE(sessions_.find("", "user/1"));
    EXPECT_FALSE(sessions_.find(id + "A", "user/1"));
    EXPECT_FALSE(sessions_.find(std::string(100'000, 'A'), "user/1"));
    auto of_nobody = sessions_.begin("", "2025-06-18");
    EXPECT_EQ(sessions_.find(of_nobody, "")->version, "2025-06-18");
    EXPECT_FALSE(sessions_.find(of_nobody, "user/1"));
}

TEST_F(McpSessions, EndOnce) {
    auto id = sessions_.begin("user/1", "2025-11-25");
    auto other = sessions_.begin("user/1", "2025-11-25");
    EXPECT_FALSE(sessions_.end(id, "user/2"));
    EXPECT_TRUE(sessions_.end(id, "user/1"));
    EXPECT_FALSE(sessions_.find(id, "user/1"));
    EXPECT_FALSE(sessions_.end(id, "user/1"));
    EXPECT_TRUE(sessions_.find(other, "user/1"));
}

TEST_F(McpSessions, DoNotLastForEver) {
    auto id = sessions_.begin("user/1", "2025-11-25");
    pass(23h);
    EXPECT_TRUE(sessions_.find(id, "user/1"));
    pass(2h);
    EXPECT_FALSE(sessions_.find(id, "user/1"));
}

TEST_F(McpSessions, AreKnownToEveryServerWithTheSameKey) {
    auto id = sessions_.begin("user/1", "2025-11-25");
    auto another = one_more_server(key_);
    EXPECT_EQ(another.find(id, "user/1")->name, sessions_.find(id, "user/1")->name);
    const accounts::SealingKey other_key{Secret("another key that is long enough")};
    EXPECT_FALSE(one_more_server(other_key).find(id, "user/1"));
}

}  // namespace
}  // namespace repartee::surfaces::mcp
