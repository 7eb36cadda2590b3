#include "engines/llama/llama_model.h"

#include "base/metrics.h"
#include "models/test_files.h"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>

#include <fstream>
#include <unistd.h>

namespace repartee::engines::llama {

namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

// A machine that lacks something; what runs is in tests/contracts and tests/system.
class LlamaModelTest : public testing::Test {
protected:
    LlamaModelTest() { fs::create_directories(folder_); }
    ~LlamaModelTest() override { fs::remove_all(folder_); }

    LlamaModel model_with(Whereabouts whereabouts) {
        return {{},
                folder_,
                std::move(whereabouts),
                {context_.get_executor(), clock_, Log::silent(), metrics_, http_},
                pool_,
                std::make_shared<Servers>()};
    }

    template <class T>
    std::variant<T, Error> outcome_of(awaitable<T> coroutine) {
        std::variant<T, Error> outcome;
        asio::co_spawn(context_, std::move(coroutine), [&](const std::exception_ptr& failure, T value) {
            if (failure) {
                outcome = error_of(failure);
            } else {
                outcome = std::move(value);
            }
        });
        context_.restart();
        context_.run();
        return outcome;
    }

    const fs::path folder_ =
        fs::path(testing::TempDir()) / ("repartee-llama-model-" + std::to_string(::getpid()));
    SystemClock clock_;
    asio::io_context context_;
    Metrics metrics_;
    net::HttpClient http_{clock_, nullptr};
    WorkerPool pool_{1, 8};
};

}  // namespace

TEST_F(LlamaModelTest, SaysWhatToTypeWhereLlamaCppIsMissing) {
    auto model = model_with({.kit = folder_ / "no-kit", .path = "/nowhere"});
    auto health = std::get<Health>(outcome_of(model.check()));
    EXPECT_FALSE(health.usable);
    EXPECT_EQ(health.reason, "llama.cpp is not on this machine");
    EXPECT_THAT(health.advice, HasSubstr("./dev build"));
    EXPECT_EQ(model.info().model, "none yet");
}

TEST_F(LlamaModelTest, SaysWhichServerIsMissing) {
    auto model = model_with({.named = "/nowhere/llama-server"});
    auto health = std::get<Health>(outcome_of(model.check()));
    EXPECT_EQ(health.reason, "there is no /nowhere/llama-server");
    EXPECT_THAT(health.advice, HasSubstr("LLAMA_SERVER"));
}

TEST_F(LlamaModelTest, TellsWhoeverAsksItAllTheSame) {
    auto model = model_with({.named = "/bin/sh"});
    auto stream = model.start({});
    auto error = std::get<Error>(outcome_of(stream->next()));
    EXPECT_EQ(error.kind, ErrorKind::Unavailable);
    EXPECT_EQ(error.message,
              "No language model on this machine can answer: no language model in " + folder_.string() + ".");
    EXPECT_FALSE(std::get<std::optional<ModelOutput>>(outcome_of(stream->next())));
    model.prepare({});
}

}  // namespace repartee::engines::llama
