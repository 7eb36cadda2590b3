#include "base/test_loop.h"
#include "surfaces/voice_ai/own_engines.h"
#include "surfaces/voice_ai/personal_model.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::voice_ai {
namespace {

// Says one word, or fails before or behind it.
class OneWord final : public engines::Model {
public:
    enum class Fails { Never, Before, Behind };
    OneWord(std::string word, Fails fails) : word_(std::move(word)), fails_(fails) {}
    engines::EngineInfo info() const override { return {.kind = word_, .model = {}}; }
    awaitable<engines::Health> check() override { co_return engines::Health{.usable = true, .reason = {}}; }
    std::unique_ptr<engines::ModelStream> start(engines::Prompt) override {
        return std::make_unique<Stream>(*this);
    }

private:
    class Stream final : public engines::ModelStream {
    public:
        explicit Stream(const OneWord& model) : word_(model.word_), fails_(model.fails_) {}
        awaitable<std::optional<engines::ModelOutput>> next() override {
            auto step = step_++;
            if ((step == 0 && fails_ == Fails::Before) || (step == 1 && fails_ == Fails::Behind)) {
                throw Failure(ErrorKind::ProviderBroke, "broke off");
            }
            if (step > 0) {
                co_return std::nullopt;
            }
            co_return engines::TextDelta{word_};
        }

    private:
        std::string word_;
        Fails fails_;
        int step_ = 0;
    };
    std::string word_;
    Fails fails_;
};

// What is said, to its end.
std::string answer_of(engines::Model& model) {
    asio::io_context context;
    VirtualClock clock;
    std::string said;
    auto listen = [](engines::Model& asked, std::string& words) -> awaitable<void> {
        auto stream = asked.start({});
        try {
            while (auto output = co_await stream->next()) {
                words += std::get<engines::TextDelta>(*output).text;
            }
        } catch (const Failure& failure) {
            words += " (" + failure.error().message + ")";
        }
    };
    run_to_end(context, clock, listen(model, said));
    return said;
}

TEST(PersonalModel, IsTheServersWhereThereIsNoneOfOnesOwn) {
    OneWord servers("server", OneWord::Fails::Never);
    PersonalModel model(servers, Log::silent());
    EXPECT_EQ(answer_of(model), "server");
    EXPECT_EQ(model.info().kind, "server");
    model.use(std::make_shared<OneWord>("own", OneWord::Fails::Never));
    EXPECT_EQ(answer_of(model), "own");
    model.use(nullptr);
    EXPECT_EQ(answer_of(model), "server");
}

TEST(PersonalModel, FallsBackBeforeTheFirstWordOnly) {
    OneWord servers("server", OneWord::Fails::Never);
    PersonalModel model(servers, Log::silent());
    model.use(std::make_shared<OneWord>("own", OneWord::Fails::Before));
    EXPECT_EQ(answer_of(model), "server");
    model.use(std::make_shared<OneWord>("own", OneWord::Fails::Behind));
    EXPECT_EQ(answer_of(model), "own (broke off)");
}

stores::Profile with_key(std::string sealed, std::string provider = "openai") {
    stores::Profile profile;
    profile.sealed_provider_keys[std::move(provider)] = std::move(sealed);
    return profile;
}

TEST(OwnEngines, AreLentOnceForEachKey) {
    int built = 0;
    OwnEngines own(
        [&](const std::string& kind, const engines::Wishes& wishes) -> std::shared_ptr<engines::Model> {
            ++built;
            return kind == "openai"
                       ? std::make_shared<OneWord>(wishes.api_key.reveal(), OneWord::Fails::Never)
                       : nullptr;
        },
        [](const std::string& sealed, const std::string& context) -> Result<Secret> {
            if (sealed == "broken") {
                return Error{ErrorKind::Unprocessable, "enter it again", {}};
            }
            return Secret(sealed + " of " + context);
        },
        Log::silent());
    EXPECT_EQ(own.model_of(7, {}), nullptr);
    auto first = own.model_of(7, with_key("one"));
    ASSERT_TRUE(first);
    EXPECT_EQ(first->info().kind, "one of user/7/openai");
    EXPECT_EQ(own.model_of(7, with_key("one")), first);
    EXPECT_EQ(built, 1);

    // Another key, another model; the same key of somebody else, too.
    EXPECT_NE(own.model_of(7, with_key("two")), first);
    EXPECT_NE(own.model_of(8, with_key("one")), first);
    EXPECT_EQ(own.model_of(7, with_key("broken")), nullptr);
    EXPECT_EQ(own.model_of(7, with_key("one", "gemini")), nullptr);

    // What nobody asks for goes.
    std::weak_ptr<engines::Model> watched = own.model_of(9, with_key("nine"));
    EXPECT_FALSE(watched.expired());
    for (UserId user = 100; user < 100 + static_cast<UserId>(OwnEngines::most); ++user) {
        own.model_of(user, with_key("k"));
    }
    EXPECT_TRUE(watched.expired());
    watched = own.model_of(9, with_key("nine"));
    own.forget(9);
    EXPECT_TRUE(watched.expired());
}

}  // namespace
}  // namespace repartee::surfaces::voice_ai
