// What is this engine's own, beyond the contract: tests/contracts holds it to that, and has speech.
#include "engines/pocketsphinx/recogniser.h"

#include "base/clock.h"

#include <boost/asio/co_spawn.hpp>
#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

namespace repartee::engines::pocketsphinx {

namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

class PocketsphinxTest : public testing::Test {
protected:
    template <class T>
    T run(awaitable<T> coroutine) {
        std::optional<T> result;
        std::exception_ptr failure;
        asio::co_spawn(context, std::move(coroutine), [&](std::exception_ptr thrown, T value) {
            failure = thrown;
            result = std::move(value);
        });
        context.restart();
        context.run();
        if (failure) {
            std::rethrow_exception(failure);
        }
        return std::move(result).value();
    }

    ErrorKind failure_of(RecogniserStream& stream) {
        try {
            run(stream.next());
        } catch (const Failure& failure) {
            return failure.error().kind;
        }
        return ErrorKind::Internal;
    }

    Pocketsphinx engine() { return {settings, clock, Log::silent(), pool}; }

    asio::io_context context;
    SystemClock clock;
    WorkerPool pool{1, 8};
    Settings settings;
};

// A copy of the model in which one file has been tampered with.
class DamagedModel {
public:
    DamagedModel(const fs::path& original, const std::string& file, const std::string& contents)
        : folder_(fs::temp_directory_path() / ("repartee_damaged_model_" + std::to_string(::getpid()))) {
        fs::remove_all(folder_);
        fs::copy(original, folder_);
        std::ofstream(folder_ / file, std::ios::binary | std::ios::trunc) << contents;
    }
    ~DamagedModel() { fs::remove_all(folder_); }
    std::string path() const { return folder_.string(); }

private:
    fs::path folder_;
};

}  // namespace

TEST_F(PocketsphinxTest, SaysWhichModelIsMissingAndWhatToDo) {
    settings.language_model = "/nonexistent/en.lm.bin";
    auto recogniser = engine();
    auto health = run(recogniser.check());
    EXPECT_FALSE(health.usable);
    EXPECT_THAT(health.reason, HasSubstr("/nonexistent/en.lm.bin"));
    EXPECT_THAT(health.advice, HasSubstr("pocketsphinx-en-us"));

    auto stream = recogniser.start({});
    stream->push(std::vector<audio::Sample>(16000));
    stream->finish();
    EXPECT_EQ(failure_of(*stream), ErrorKind::Unavailable);
}

TEST_F(PocketsphinxTest, SurvivesModelsOnWhichTheLibraryWouldExit) {
    for (const auto* file : {"mdef", "means", "transition_matrices", "sendump", "feat.params"}) {
        for (const auto* contents :
             {"nonsense\n", "s3\nversion 1.0\nchksum0 yes\nendhdr\n\x11\x22\x33\x44"}) {
            DamagedModel model(Settings().acoustic_model, file, contents);
            settings.acoustic_model = model.path();
            auto recogniser = engine();
            auto health = run(recogniser.check());
            EXPECT_FALSE(health.usable) << file;
            EXPECT_FALSE(health.advice.empty());
            EXPECT_FALSE(run(recogniser.check()).usable);
        }
    }
}

TEST_F(PocketsphinxTest, DoesNotPretendToUnderstandOtherLanguages) {
    auto recogniser = engine();
    auto stream = recogniser.start({.language = "hi"});
    stream->finish();
    EXPECT_EQ(failure_of(*stream), ErrorKind::Unsupported);
    EXPECT_FALSE(run(stream->next()));
    auto english = recogniser.start({.language = "en-GB"});
    english->finish();
    EXPECT_TRUE(run(english->next()));
    auto translation = recogniser.start({.translate_to = "en"});
    translation->finish();
    EXPECT_EQ(failure_of(*translation), ErrorKind::Unsupported) << "whoever speaks may speak anything";
}

TEST_F(PocketsphinxTest, RefusesOneStreamTooMany) {
    settings.streams = 2;
    auto recogniser = engine();
    auto one = recogniser.start({});
    auto two = recogniser.start({});
    auto three = recogniser.start({});
    EXPECT_EQ(failure_of(*three), ErrorKind::Busy);
    one.reset();
    auto four = recogniser.start({});
    four->finish();
    EXPECT_TRUE(run(four->next()));
}

TEST_F(PocketsphinxTest, RefusesAudioWithoutEnd) {
    settings.longest_utterance = 1s;
    auto recogniser = engine();
    auto stream = recogniser.start({});
    stream->push(std::vector<audio::Sample>(16001));
    EXPECT_EQ(failure_of(*stream), ErrorKind::TooLarge);
    EXPECT_FALSE(run(stream->next()));
}

}  // namespace repartee::engines::pocketsphinx
