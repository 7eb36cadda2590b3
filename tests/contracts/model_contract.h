// What every language model must do, whatever it is: engines/model.h as tests.
//
// An engine joins by instantiating the suite in a *_contract_test.cpp of its own program:
//
//     INSTANTIATE_TEST_SUITE_P(Scripted, ModelContract, testing::Values(ModelCase{...}), case_name);
#pragma once

#include "engines/model.h"
#include "house.h"

#include <functional>
#include <memory>
#include <ostream>
#include <string>

namespace repartee::engines {

struct ModelCase {
    std::string name;
    Time time = Time::Virtual;
    // What the engine is given outlives it.
    std::function<std::unique_ptr<Model>(House&)> create;
    Prompt prompt;                          // gets an answer in words, always the same
    std::size_t outputs_before_cancel = 1;  // fewer than the answer has, its end included
    friend std::ostream& operator<<(std::ostream& out, const ModelCase& model) { return out << model.name; }
};

inline std::string case_name(const testing::TestParamInfo<ModelCase>& info) {
    return info.param.name;
}

class ModelContract : public testing::TestWithParam<ModelCase> {
protected:
    using Outputs = Reading<ModelOutput>;

    static std::string text_of(const Outputs& reading) {
        std::string text;
        for (const auto& output : reading.outputs) {
            if (const auto* delta = std::get_if<TextDelta>(&output)) {
                text += delta->text;
            }
        }
        return text;
    }
    static long ends_of(const Outputs& reading) {
        return std::ranges::count_if(reading.outputs, [](const ModelOutput& output) {
            return std::holds_alternative<AnswerEnd>(output);
        });
    }

    Outputs answer() {
        auto stream = model->start(GetParam().prompt);
        return read_all<ModelOutput>(house, *stream);
    }
    Outputs read_some(ModelStream& stream) {
        return read_all<ModelOutput>(house, stream, GetParam().outputs_before_cancel);
    }

    House house{GetParam().time};
    std::unique_ptr<Model> model = GetParam().create(house);
};

TEST_P(ModelContract, GivesTextThenOneEndThenNothing) {
    auto stream = model->start(GetParam().prompt);
    auto reading = read_all<ModelOutput>(house, *stream);
    ASSERT_TRUE(reading.over);
    EXPECT_FALSE(text_of(reading).empty());
    EXPECT_EQ(ends_of(reading), 1);
    EXPECT_TRUE(std::holds_alternative<AnswerEnd>(reading.outputs.back()));

    auto again = read_all<ModelOutput>(house, *stream);
    EXPECT_TRUE(again.over);
    EXPECT_TRUE(again.outputs.empty());
}

TEST_P(ModelContract, ThrowsWhenCancelledAndEndsTheStream) {
    auto stream = model->start(GetParam().prompt);
    ASSERT_EQ(read_some(*stream).outputs.size(), GetParam().outputs_before_cancel);

    Outputs cut_off;
    Task rest(house.executor(), read(*stream, cut_off));
    house.run_what_is_ready();
    if (!rest.running()) {
        return;  // a model that never waits leaves nothing to cancel
    }
    rest.cancel();
    house.run_until([&] { return !rest.running(); });
    ASSERT_TRUE(cut_off.failure);
    EXPECT_EQ(error_of(cut_off.failure).kind, ErrorKind::Cancelled);
    EXPECT_EQ(ends_of(cut_off), 0);

    auto afterwards = read_all<ModelOutput>(house, *stream);
    EXPECT_TRUE(afterwards.over);
    EXPECT_TRUE(afterwards.outputs.empty());
}

TEST_P(ModelContract, StopsWhenTheStreamIsDestroyed) {
    auto stream = model->start(GetParam().prompt);
    EXPECT_EQ(read_some(*stream).outputs.size(), GetParam().outputs_before_cancel);
    stream.reset();
    house.run_what_is_ready();  // nothing is left behind that touches the stream

    model->start(GetParam().prompt).reset();  // nor when nobody ever asked it for anything
    EXPECT_EQ(ends_of(answer()), 1);
}

TEST_P(ModelContract, AnswersTwoStreamsAtOnce) {
    auto alone = text_of(answer());
    auto one = model->start(GetParam().prompt);
    auto two = model->start(GetParam().prompt);
    Outputs first;
    Outputs second;
    Task reading_first(house.executor(), read(*one, first));
    Task reading_second(house.executor(), read(*two, second));
    house.run_until([&] { return !reading_first.running() && !reading_second.running(); });
    EXPECT_EQ(text_of(first), alone);
    EXPECT_EQ(text_of(second), alone);
    EXPECT_TRUE(first.over && second.over);
}

TEST_P(ModelContract, TakesAHintForNoMoreThanThat) {
    auto alone = text_of(answer());
    auto known = GetParam().prompt;
    known.messages.pop_back();
    model->prepare(known);
    house.run_what_is_ready();
    model->prepare(known);
    EXPECT_EQ(text_of(answer()), alone);
    model->prepare(GetParam().prompt);
    model->prepare({});
    EXPECT_EQ(text_of(answer()), alone);
}

TEST_P(ModelContract, SaysWhoItIsAndWhetherItIsUsable) {
    EXPECT_FALSE(model->info().kind.empty());
    EXPECT_FALSE(model->info().model.empty());
    auto health = house.run(model->check());
    EXPECT_TRUE(health.usable) << health.reason;
    EXPECT_FALSE(health.reason.empty());
}

}  // namespace repartee::engines
