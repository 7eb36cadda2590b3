#include "workers/whisper/desk.h"

#include "base/error.h"

#include <gmock/gmock.h>

#include <future>

namespace repartee::workers::whisper {
namespace {

using testing::ElementsAre;

class IdleDecoder final : public Decoder {
public:
    std::optional<Decoding> decode(std::span<const float>, const DecodeWishes&,
                                   const std::atomic<bool>&) override {
        return Decoding{};
    }
};

class IdleModel final : public SpeechModel {
public:
    std::string name() const override { return "idle"; }
    std::vector<Language> languages() const override { return {}; }
    bool translates() const override { return false; }
    std::unique_ptr<Decoder> decoder(int) override { return std::make_unique<IdleDecoder>(); }
};

class DeskTest : public testing::Test {
protected:
    // Work that has the only decoder until `let_go` is kept or it is aborted.
    Desk::Ticket occupy() {
        std::promise<void> begun;
        auto has_begun = begun.get_future();
        auto ticket = desk_.ask(Rank::Final, [this, &begun](Decoder&, const std::atomic<bool>& abort) {
            begun.set_value();
            while (!abort && let_go_.wait_for(std::chrono::milliseconds(1)) != std::future_status::ready) {
            }
        });
        has_begun.wait();
        return ticket;
    }

    Desk::Work note(std::string what) {
        return [this, what = std::move(what)](Decoder&, const std::atomic<bool>&) { done_.push_back(what); };
    }

    std::promise<void> gate_;
    std::shared_future<void> let_go_ = gate_.get_future().share();
    std::vector<std::string> done_;  // by the desk's only thread
    IdleModel model_;
    Desk desk_{model_, {.decoders = 1, .threads = 1, .places = 4}};
};

TEST_F(DeskTest, FinalsComeBeforePartialsAndThoseBeforeRecordings) {
    auto busy = occupy();
    auto recording = desk_.ask(Rank::Recording, note("recording"));
    auto partial = desk_.ask(Rank::Partial, note("partial"));
    auto first = desk_.ask(Rank::Final, note("first"));
    auto second = desk_.ask(Rank::Final, note("second"));
    gate_.set_value();
    recording.wait();
    EXPECT_THAT(done_, ElementsAre("first", "second", "partial", "recording"));
    EXPECT_FALSE(partial.pending());
}

TEST_F(DeskTest, WhatIsWithdrawnDoesNotBegin) {
    auto busy = occupy();
    auto unwanted = desk_.ask(Rank::Final, note("unwanted"));
    auto wanted = desk_.ask(Rank::Final, note("wanted"));
    unwanted = {};
    gate_.set_value();
    wanted.wait();
    EXPECT_THAT(done_, ElementsAre("wanted"));
}

TEST_F(DeskTest, WhatHasBegunIsAborted) {
    auto busy = occupy();
    EXPECT_TRUE(busy.pending());
    busy.withdraw();  // would wait for ever if it were not
    EXPECT_FALSE(busy.pending());
}

TEST_F(DeskTest, OverloadCostsPartialsAndNoFinals) {
    auto busy = occupy();
    std::vector<Desk::Ticket> waiting;
    for (int i = 0; i < 4; ++i) {
        waiting.push_back(desk_.ask(Rank::Partial, note("partial")));
    }
    EXPECT_THROW(desk_.ask(Rank::Partial, note("one too many")), Failure);
    auto last = desk_.ask(Rank::Final, note("final"));
    gate_.set_value();
    last.wait();
    EXPECT_THAT(done_.front(), "final");
}

}  // namespace
}  // namespace repartee::workers::whisper
