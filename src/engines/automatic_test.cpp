#include "engines/automatic.h"

#include "base/test_loop.h"

#include <deque>

namespace repartee::engines {
namespace {

// Answers from a list; a Failure in it is thrown.
class ListedStream final : public ModelStream {
public:
    explicit ListedStream(std::deque<std::variant<ModelOutput, Error>> outputs)
        : outputs_(std::move(outputs)) {}

    awaitable<std::optional<ModelOutput>> next() override {
        if (outputs_.empty()) {
            co_return std::nullopt;
        }
        auto output = std::move(outputs_.front());
        outputs_.pop_front();
        if (auto* error = std::get_if<Error>(&output)) {
            throw Failure(*error);
        }
        co_return std::get<ModelOutput>(std::move(output));
    }

private:
    std::deque<std::variant<ModelOutput, Error>> outputs_;
};

class ListedModel final : public Model {
public:
    explicit ListedModel(std::deque<std::variant<ModelOutput, Error>> outputs)
        : outputs_(std::move(outputs)) {}
    EngineInfo info() const override { return {"listed", "m", Place::Embedded}; }
    awaitable<Health> check() override { co_return Health{.usable = true, .reason = "there"}; }
    std::unique_ptr<ModelStream> start(Prompt) override { return std::make_unique<ListedStream>(outputs_); }

private:
    std::deque<std::variant<ModelOutput, Error>> outputs_;
};

const Error broke{ErrorKind::ProviderBroke, "broke off", {}};

struct Answer {
    std::string text;
    std::string failure;
};

Answer answer_of(std::deque<std::variant<ModelOutput, Error>> first,
                 std::deque<std::variant<ModelOutput, Error>> second) {
    asio::io_context context;
    VirtualClock clock;
    std::vector<Roster::Candidate> candidates;
    candidates.push_back({std::make_unique<ListedModel>(std::move(first)), 10});
    candidates.push_back({std::make_unique<ListedModel>(std::move(second)), 0});
    Roster roster("model", std::move(candidates), clock, Log::silent());
    AutomaticModel model(roster, Log::silent());
    Answer result;
    auto read = [](Model& from, Answer& into) -> awaitable<void> {
        auto stream = from.start({});
        try {
            while (auto output = co_await stream->next()) {
                if (auto* delta = std::get_if<TextDelta>(&*output)) {
                    into.text += delta->text;
                }
            }
        } catch (const Failure& failure) {
            into.failure = failure.what();
        }
    };
    run_to_end(context, clock, read(model, result));
    return result;
}

TEST(AutomaticModel, TakesTheNextWhenTheFirstFailsBeforeItsFirstWord) {
    auto result = answer_of({broke}, {TextDelta{"second"}, AnswerEnd{}});
    EXPECT_EQ(result.text, "second");
    EXPECT_EQ(result.failure, "");
}

TEST(AutomaticModel, DoesNotTakeBackWhatWasSaid) {
    auto result = answer_of({TextDelta{"fir"}, broke}, {TextDelta{"second"}});
    EXPECT_EQ(result.text, "fir");
    EXPECT_EQ(result.failure, "broke off");
}

TEST(AutomaticModel, FailsWhenAllFail) {
    auto result = answer_of({broke}, {broke});
    EXPECT_EQ(result.failure, "broke off");
}

}  // namespace
}  // namespace repartee::engines
