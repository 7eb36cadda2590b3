#include "engines/wav/decoders.h"

#include "audio/resampler.h"
#include "audio/test_sounds.h"
#include "audio/wav.h"
#include "base/error.h"
#include "base/task.h"
#include "base/test_loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace repartee::engines::wav {
namespace {

using audio::bytes_of;
using audio::Sample;
using testing::ElementsAre;
using testing::IsEmpty;

awaitable<void> read_into(DecoderStream& stream, std::vector<Sample>& samples) {
    while (auto pcm = co_await stream.next()) {
        EXPECT_EQ(pcm->rate, audio::speech_rate);
        samples.insert(samples.end(), pcm->samples.begin(), pcm->samples.end());
    }
}

std::vector<Sample> decoded(Decoder& decoder, std::span<const std::byte> file, std::size_t step = 1000) {
    asio::io_context context;
    auto stream = decoder.start({});
    for (std::size_t at = 0; at < file.size(); at += step) {
        stream->push(file.subspan(at, std::min(step, file.size() - at)));
    }
    stream->finish();
    std::vector<Sample> samples;
    run_to_end(context, read_into(*stream, samples));
    return samples;
}

ErrorKind problem_in(Decoder& decoder, std::string_view file) {
    try {
        decoded(decoder, bytes_of(file));
    } catch (const Failure& failure) {
        return failure.error().kind;
    }
    ADD_FAILURE() << "the file was taken";
    return ErrorKind::Internal;
}

TEST(WavDecoder, BringsFilesToSpeechRate) {
    WavDecoder decoder({});
    const audio::Pcm pcm{.rate = 44100, .samples = audio::sine(440, 44100, 50'000)};
    const std::string file = audio::write_wav(pcm);
    const auto expected = audio::resample(pcm, audio::speech_rate).samples;
    for (const std::size_t step : {1u, 77u, 4096u, 1'000'000u}) {
        EXPECT_EQ(decoded(decoder, bytes_of(file), step), expected) << step;
    }
}

TEST(WavDecoder, TellsItsFilesFromOthers) {
    const std::string file = audio::write_wav({});
    EXPECT_TRUE(WavDecoder({}).recognises(bytes_of(file).first(12)));
    EXPECT_FALSE(PcmDecoder({}).recognises(bytes_of(file).first(12)));
    EXPECT_FALSE(WavDecoder({}).recognises(bytes_of("OggS00000000")));
    EXPECT_FALSE(PcmDecoder({}).recognises(bytes_of("OggS00000000")));
    EXPECT_TRUE(PcmDecoder({}).recognises(bytes_of("abc")));
    EXPECT_TRUE(PcmDecoder({}).recognises({}));
}

TEST(WavDecoder, RefusesBrokenFiles) {
    WavDecoder decoder({});
    EXPECT_EQ(problem_in(decoder, ""), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(decoder, "RIFF0000WAVE"), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(decoder, "RIFX0000WAVE"), ErrorKind::Unsupported);
}

TEST(WavDecoder, AnEmptyRecordingIsOne) {
    WavDecoder decoder({});
    EXPECT_THAT(decoded(decoder, bytes_of(audio::write_wav({}))), IsEmpty());
}

TEST(WavDecoder, RefusesSoundPastTheLongest) {
    const WavSettings settings{.longest_recording = std::chrono::milliseconds(1000)};
    WavDecoder decoder(settings);
    // Few bytes, much sound: a low rate is the cheapest way to be long.
    const std::string fits = audio::write_wav({.rate = 1000, .samples = std::vector<Sample>(1000)});
    const std::string longer = audio::write_wav({.rate = 1000, .samples = std::vector<Sample>(1001)});
    EXPECT_EQ(decoded(decoder, bytes_of(fits)).size(), 16'000u);
    EXPECT_EQ(problem_in(decoder, longer), ErrorKind::TooLarge);
    PcmDecoder pcm(settings);
    EXPECT_EQ(problem_in(pcm, std::string(32'002, 'x')), ErrorKind::TooLarge);
}

TEST(WavDecoder, AFailedStreamIsOver) {
    asio::io_context context;
    WavDecoder decoder({});
    auto stream = decoder.start({});
    stream->push(bytes_of("this is not a WAV file"));
    std::vector<Sample> samples;
    EXPECT_THROW(run_to_end(context, read_into(*stream, samples)), Failure);
    stream->push(bytes_of("more"));
    run_to_end(context, read_into(*stream, samples));
    EXPECT_THAT(samples, IsEmpty());
}

TEST(PcmDecoder, DropsAnOddByte) {
    PcmDecoder decoder({});
    const std::string sound("\x01\x00\xFF\xFF\x00\x80\x07", 7);
    for (const std::size_t step : {1u, 2u, 3u, 100u}) {
        EXPECT_THAT(decoded(decoder, bytes_of(sound), step), ElementsAre(1, -1, -32768));
    }
    EXPECT_THAT(decoded(decoder, {}), IsEmpty());
}

TEST(PcmDecoder, GivesSoundWhileItArrives) {
    asio::io_context context;
    PcmDecoder decoder({});
    auto stream = decoder.start({});
    std::vector<Sample> samples;
    Task reading(context.get_executor(), read_into(*stream, samples));
    context.poll();
    EXPECT_THAT(samples, IsEmpty());
    stream->push(bytes_of(std::string_view("\x07\x00", 2)));
    context.poll();
    EXPECT_THAT(samples, ElementsAre(7));
    stream->finish();
    run_to_end(context, reading.join());
}

TEST(PcmDecoder, StopsWaitingWhenCancelled) {
    asio::io_context context;
    PcmDecoder decoder({});
    auto stream = decoder.start({});
    std::vector<Sample> samples;
    Task reading(context.get_executor(), read_into(*stream, samples));
    context.poll();
    EXPECT_TRUE(reading.running());
    reading.cancel();
    run_to_end(context, reading.join());
    stream->push(bytes_of("nobody listens"));
    EXPECT_THAT(samples, IsEmpty());
}

}  // namespace
}  // namespace repartee::engines::wav
