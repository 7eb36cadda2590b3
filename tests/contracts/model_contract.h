// What every language model must do, whatever it is: engines/model.h as tests.
//
// An engine joins by instantiating the suite in a *_contract_test.cpp of its own program:
//
//     INSTANTIATE_TEST_SUITE_P(Scripted, ModelContract, testing::Values(ModelCase{...}), case_name);
//
// The clock is virtual; the engine must need nothing else.
#pragma once

#include "base/clock.h"
#include "base/error.h"
#include "base/task.h"
#include "engines/model.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace repartee::engines {

struct ModelCase {
    std::string name;
    std::function<std::unique_ptr<Model>(Clock&)> create;
    Prompt prompt;                  // gets an answer in words
    int outputs_before_cancel = 1;  // fewer than the answer has, its end included
    friend std::ostream& operator<<(std::ostream& out, const ModelCase& model) { return out << model.name; }
};

inline std::string case_name(const testing::TestParamInfo<ModelCase>& info) {
    return info.param.name;
}

class ModelContract : public testing::TestWithParam<ModelCase> {
protected:
    // What came out of one stream.
    struct Reading {
        std::string text;
        int outputs = 0;
        int ends = 0;
        bool output_after_end = false;
        bool over = false;
        std::exception_ptr failure;
    };

    static void note(Reading& reading, const ModelOutput& output) {
        ++reading.outputs;
        reading.output_after_end |= reading.ends > 0;
        if (const auto* text = std::get_if<TextDelta>(&output)) {
            reading.text += text->text;
        }
        reading.ends += std::holds_alternative<AnswerEnd>(output) ? 1 : 0;
    }

    // Reads to the end, or as far as `at_most` outputs. The stream and the reading outlive the call.
    static awaitable<void> read(ModelStream& stream, Reading& reading, int at_most = 1'000'000) {
        try {
            while (reading.outputs < at_most) {
                auto output = co_await stream.next();
                if (!output) {
                    reading.over = true;
                    break;
                }
                note(reading, *output);
            }
        } catch (...) {
            reading.failure = std::current_exception();
        }
    }

    void run_everything() { clock.run_until(context, clock.now() + 1h); }
    // All that can be done without time passing.
    void run_what_is_ready() { clock.run_until(context, clock.now()); }

    Reading answer() {
        auto stream = model->start(GetParam().prompt);
        Reading reading;
        Task task(context.get_executor(), read(*stream, reading));
        run_everything();
        return reading;
    }

    asio::io_context context;
    VirtualClock clock;
    std::unique_ptr<Model> model = GetParam().create(clock);
};

TEST_P(ModelContract, GivesTextThenOneEndThenNothing) {
    auto stream = model->start(GetParam().prompt);
    Reading reading;
    Task task(context.get_executor(), read(*stream, reading));
    run_everything();
    ASSERT_TRUE(reading.over);
    EXPECT_FALSE(reading.text.empty());
    EXPECT_EQ(reading.ends, 1);
    EXPECT_FALSE(reading.output_after_end);

    Reading again;
    Task after_the_end(context.get_executor(), read(*stream, again));
    run_everything();
    EXPECT_TRUE(again.over);
    EXPECT_EQ(again.outputs, 0);
}

TEST_P(ModelContract, ThrowsWhenCancelledAndEndsTheStream) {
    auto stream = model->start(GetParam().prompt);
    Reading begun;
    Task beginning(context.get_executor(), read(*stream, begun, GetParam().outputs_before_cancel));
    run_everything();
    ASSERT_EQ(begun.outputs, GetParam().outputs_before_cancel);

    Reading cut_off;
    Task rest(context.get_executor(), read(*stream, cut_off));
    run_what_is_ready();
    if (!rest.running()) {
        return;  // a model that never waits leaves nothing to cancel
    }
    rest.cancel();
    run_what_is_ready();
    ASSERT_FALSE(rest.running());
    ASSERT_TRUE(cut_off.failure);
    EXPECT_EQ(error_of(cut_off.failure).kind, ErrorKind::Cancelled);
    EXPECT_EQ(cut_off.ends, 0);

    Reading afterwards;
    Task after_cancelling(context.get_executor(), read(*stream, afterwards));
    run_everything();
    EXPECT_TRUE(afterwards.over);
    EXPECT_EQ(afterwards.outputs, 0);
}

TEST_P(ModelContract, StopsWhenTheStreamIsDestroyed) {
    auto stream = model->start(GetParam().prompt);
    Reading begun;
    Task beginning(context.get_executor(), read(*stream, begun, GetParam().outputs_before_cancel));
    run_everything();
    stream.reset();
    run_everything();  // nothing is left behind that touches the stream
    EXPECT_EQ(begun.outputs, GetParam().outputs_before_cancel);

    model->start(GetParam().prompt).reset();  // nor when nobody ever asked it for anything
    run_everything();
    EXPECT_EQ(answer().ends, 1);
}

TEST_P(ModelContract, AnswersTwoStreamsAtOnce) {
    auto alone = answer();
    auto one = model->start(GetParam().prompt);
    auto two = model->start(GetParam().prompt);
    Reading first;
    Reading second;
    Task reading_first(context.get_executor(), read(*one, first));
    Task reading_second(context.get_executor(), read(*two, second));
    run_everything();
    EXPECT_EQ(first.text, alone.text);
    EXPECT_EQ(second.text, alone.text);
    EXPECT_TRUE(first.over && second.over);
}

TEST_P(ModelContract, SaysWhoItIsAndWhetherItIsUsable) {
    EXPECT_FALSE(model->info().kind.empty());
    EXPECT_FALSE(model->info().model.empty());
    std::optional<Health> health;
    asio::co_spawn(context, model->check(),
                   [&](std::exception_ptr, Health result) { health = std::move(result); });
    run_everything();
    ASSERT_TRUE(health);
    EXPECT_TRUE(health->usable) << health->reason;
    EXPECT_FALSE(health->reason.empty());
}

}  // namespace repartee::engines
