#include "engines/spare_sockets.h"

#include "base/error.h"
#include "base/task.h"
#include "base/test_loop.h"

#include <gmock/gmock.h>

namespace repartee::engines {

namespace {

// What became of the sockets that were opened.
struct Ledger {
    int opened = 0;
    int closed = 0;  // politely
    int gone = 0;
    std::vector<std::string> urls;
    bool hangs_up = false;        // whoever opens one finds it closed
    bool cannot_be_read = false;  // the next one breaks in a way nobody thought of
};

class FakeSocket final : public net::WebSocket {
public:
    FakeSocket(Ledger& ledger, int number) : number(number), ledger_(ledger) {}
    ~FakeSocket() override { ++ledger_.gone; }

    awaitable<std::optional<net::WsMessage>> receive() override {
        if (ledger_.cannot_be_read) {
            throw std::runtime_error("cannot be read");
        }
        while (open_) {
            co_await news_.wait();
        }
        co_return std::nullopt;
    }
    awaitable<bool> send_text(std::string) override { co_return open_; }
    awaitable<bool> send_binary(std::string) override { co_return open_; }
    awaitable<void> close(net::CloseCode, std::string) override {
        ++ledger_.closed;
        die();
        co_return;
    }
    void close_at(TimePoint, net::CloseCode, std::string) override {}
    bool is_open() const override { return open_; }
    std::optional<std::uint16_t> close_code() const override { return std::nullopt; }

    void die() {
        open_ = false;
        news_.ring();
    }

    const int number;

private:
    Ledger& ledger_;
    bool open_ = true;
    Bell news_;
};

class SpareSocketsTest : public testing::Test {
protected:
    ~SpareSocketsTest() override {
        if (spares_) {
            spares_->close();
            pass(0s);
            EXPECT_EQ(ledger.gone, ledger.opened) << "nothing is left behind";
        }
    }

    SpareSockets& spares(SparePolicy policy) {
        auto open = [this](std::string url) { return open_one(std::move(url)); };
        auto work = std::make_shared<StrandWork>(context.get_executor());
        spares_ = std::make_shared<SpareSockets>(work, clock, Log::silent(), policy, open);

        return *spares_;
    }

    awaitable<std::unique_ptr<net::WebSocket>> open_one(std::string url) {
        ++attempts;
        co_await clock.sleep(100ms);
        if (failure) {
            throw Failure(*failure);
        }
        ledger.urls.push_back(url);
        auto socket = std::make_unique<FakeSocket>(ledger, ++ledger.opened);
        latest = socket.get();
        if (ledger.hangs_up) {
            socket->die();
        }
        co_return socket;
    }

    void pass(Duration time) { clock.run_until(context, clock.now() + time); }

    // The number of the socket that is taken, and how long that took.
    std::pair<int, Duration> take(SpareSockets::Kind kind = SpareSockets::Kind::Any, std::string url = "a") {
        auto taking = [](SpareSockets& from, SpareSockets::Kind wanted, std::string where, Clock& time,
                         std::pair<int, Duration>& into) -> awaitable<void> {
            auto before = time.now();
            auto socket = co_await from.take(std::move(where), wanted);
            into = {static_cast<FakeSocket&>(*socket).number, time.now() - before};
        };
        std::pair<int, Duration> result;
        run_to_end(context, clock, taking(*spares_, kind, std::move(url), clock, result), 10s);
        return result;
    }

    asio::io_context context;
    VirtualClock clock;
    Ledger ledger;
    int attempts = 0;
    std::optional<Error> failure;
    FakeSocket* latest = nullptr;

private:
    std::shared_ptr<SpareSockets> spares_;
};

TEST_F(SpareSocketsTest, TheFirstIsOpenedWhenItIsWantedAndTheNextWaits) {
    auto& all = spares({.count = 1, .idle_limit = 1h});
    EXPECT_EQ(take().second, 100ms);
    pass(1s);
    EXPECT_EQ(all.ready("a"), 1U);
    auto second = take();
    EXPECT_EQ(second.second, 0ms);
    pass(1s);
    EXPECT_EQ(all.ready("a"), 1U);
    EXPECT_EQ(ledger.opened, 3);
    EXPECT_EQ(ledger.gone, 2);
}

TEST_F(SpareSocketsTest, WarmMeansThatOneIsReadyBeforeTheFirstUse) {
    auto& all = spares({.count = 2, .idle_limit = 1h});
    all.warm("a");
    pass(1s);
    EXPECT_EQ(all.ready("a"), 2U);
    EXPECT_EQ(take().second, 0ms);
}

TEST_F(SpareSocketsTest, ASpareIsReplacedBeforeTheProviderWouldCloseIt) {
    auto& all = spares({.count = 1, .idle_limit = 10s});
    all.warm("a");
    pass(35s);
    EXPECT_EQ(ledger.opened, 4);
    EXPECT_EQ(ledger.closed, 3);
    EXPECT_EQ(all.ready("a"), 1U);
    EXPECT_EQ(take().first, 4);
}

TEST_F(SpareSocketsTest, ASpareThatDiesIsReplaced) {
    auto& all = spares({.count = 1, .idle_limit = 1h});
    all.warm("a");
    pass(1s);
    latest->die();
    pass(1s);
    EXPECT_EQ(ledger.opened, 2);
    EXPECT_EQ(all.ready("a"), 1U);
}

TEST_F(SpareSocketsTest, NothingIsKeptForThoseWhoDoNotComeBack) {
    auto& all = spares({.count = 1, .idle_limit = 10s, .warm_time = 60s});
    take();
    pass(10 * 60s);
    EXPECT_EQ(all.ready("a"), 0U);
    EXPECT_EQ(ledger.gone, ledger.opened);
    EXPECT_LE(ledger.opened, 8);
    EXPECT_EQ(take().second, 100ms) << "and then it is as at first";
    pass(1s);
    EXPECT_EQ(all.ready("a"), 1U);
}

TEST_F(SpareSocketsTest, FreshIsNeverASpare) {
    auto& all = spares({.count = 1, .idle_limit = 1h});
    all.warm("a");
    pass(1s);
    auto fresh = take(SpareSockets::Kind::Fresh);
    EXPECT_EQ(fresh.first, 2);
    EXPECT_EQ(fresh.second, 100ms);
    EXPECT_EQ(all.ready("a"), 1U);
}

TEST_F(SpareSocketsTest, AProviderWhoDoesNotAnswerIsNotPestered) {
    auto& all = spares({.count = 1, .idle_limit = 1h, .warm_time = 5 * 60s});
    failure = Error{ErrorKind::ProviderLate, "does not answer", {}};
    all.warm("a");
    pass(5 * 60s);
    EXPECT_EQ(attempts, 14);  // after 1, 2, 4, 8, 16 and then every 30 seconds
    failure.reset();
    EXPECT_EQ(take().second, 100ms);
}

TEST_F(SpareSocketsTest, AProviderWhoHangsUpAtOnceIsNotPesteredEither) {
    auto& all = spares({.count = 1, .idle_limit = 1h, .warm_time = 5 * 60s});
    ledger.hangs_up = true;
    all.warm("a");
    pass(5 * 60s);
    EXPECT_EQ(ledger.opened, 14);
    ledger.hangs_up = false;
    take();
    pass(60s);
    EXPECT_EQ(all.ready("a"), 1U);
}

TEST_F(SpareSocketsTest, AFaultOfOneSpareDoesNotEndAllSpares) {
    auto& all = spares({.count = 1, .idle_limit = 1h});
    ledger.cannot_be_read = true;
    all.warm("a");
    pass(1s);
    EXPECT_EQ(all.ready("a"), 0U);
    ledger.cannot_be_read = false;
    take();
    pass(1s);
    EXPECT_EQ(all.ready("a"), 1U);
}

TEST_F(SpareSocketsTest, WhoIsRefusedStopsAsking) {
    auto& all = spares({.count = 1, .idle_limit = 1h});
    failure = Error{ErrorKind::Unavailable, "wrong key", {}};
    all.warm("a");
    pass(1s);
    failure.reset();
    pass(60s);
    EXPECT_EQ(ledger.opened, 0);
    take();
    pass(1s);
    EXPECT_EQ(all.ready("a"), 1U);
}

TEST_F(SpareSocketsTest, ManyWhoComeAtOnceAllGetOne) {
    auto& all = spares({.count = 2, .idle_limit = 1h});
    all.warm("a");
    pass(1s);
    int served = 0;
    auto taking = [](SpareSockets& from, int& count) -> awaitable<void> {
        auto socket = co_await from.take("a", SpareSockets::Kind::Any);
        count += socket->is_open() ? 1 : 0;
    };
    std::vector<Task> tasks;
    for (int i = 0; i < 5; ++i) {
        tasks.emplace_back(context.get_executor(), taking(all, served));
    }
    pass(1s);
    EXPECT_EQ(served, 5);
    EXPECT_EQ(all.ready("a"), 2U);
}

TEST_F(SpareSocketsTest, FewAddressesAreServedAtATime) {
    auto& all = spares({.count = 1, .idle_limit = 1h});
    for (const char* url : {"a", "b", "c", "d", "e"}) {
        take(SpareSockets::Kind::Any, url);
        pass(1s);
    }
    EXPECT_EQ(all.ready("a"), 0U);
    EXPECT_EQ(all.ready("e"), 1U);
    EXPECT_EQ(ledger.opened - ledger.gone, 4);
}

TEST_F(SpareSocketsTest, WithoutSparesEverySocketIsNew) {
    auto& all = spares({.count = 0});
    take();
    pass(60s);
    EXPECT_EQ(take().second, 100ms);
    EXPECT_EQ(all.ready("a"), 0U);
    EXPECT_EQ(ledger.opened, 2);
}

}  // namespace

}  // namespace repartee::engines
