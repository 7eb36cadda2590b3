#include "audio/wav.h"

#include "audio/test_sounds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <bit>
#include <limits>
#include <random>

namespace repartee::audio {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::string little(std::uint64_t value, int bytes) {
    std::string text;
    for (int index = 0; index < bytes; ++index) {
        text += static_cast<char>((value >> (8 * index)) & 0xFF);
    }
    return text;
}

std::string chunk(std::string_view name, std::string_view body) {
    return std::string(name) + little(body.size(), 4) + std::string(body) +
           (body.size() % 2 == 1 ? std::string(1, '\0') : "");
}

std::string format_body(int tag, int channels, int rate, int bits, int block = -1) {
    block = block < 0 ? channels * ((bits + 7) / 8) : block;
    return little(tag, 2) + little(channels, 2) + little(rate, 4) +
           little(static_cast<std::uint64_t>(rate) * block, 4) + little(block, 2) + little(bits, 2);
}

std::string extensible_body(int tag, int channels, int rate, int bits) {
    return format_body(0xFFFE, channels, rate, bits) + little(22, 2) + little(bits, 2) + little(0, 4) +
           little(tag, 2) + std::string("\x00\x00\x00\x00\x10\x00\x80\x00\x00\xAA\x00\x38\x9B\x71", 14);
}

std::string file_of(std::string_view chunks) {
    return "RIFF" + little(4 + chunks.size(), 4) + "WAVE" + std::string(chunks);
}

std::string file_of(std::string_view format, std::string_view sound) {
    return file_of(chunk("fmt ", format) + chunk("data", sound));
}

std::vector<Sample> samples_in(const std::string& file) {
    return parse_wav(bytes_of(file)).value().samples;
}

ErrorKind problem_in(const std::string& file) {
    const auto result = parse_wav(bytes_of(file));
    EXPECT_FALSE(result.has_value());
    return result.has_value() ? ErrorKind::Internal : result.error().kind;
}

template <class Float>
std::string float_bytes(Float value) {
    if constexpr (sizeof(Float) == 4) {
        return little(std::bit_cast<std::uint32_t>(value), 4);
    } else {
        return little(std::bit_cast<std::uint64_t>(value), 8);
    }
}

// ---- encodings -----------------------------------------------------------------------------------

TEST(Wav, ReadsWhatItWrites) {
    Pcm pcm{.rate = 22050, .samples = {0, 1, -1, 32767, -32768, 1234, -4321}};
    const auto read = parse_wav(bytes_of(write_wav(pcm))).value();
    EXPECT_EQ(read.rate, pcm.rate);
    EXPECT_EQ(read.samples, pcm.samples);
    pcm.samples.clear();
    EXPECT_THAT(parse_wav(bytes_of(write_wav(pcm))).value().samples, IsEmpty());
}

TEST(Wav, DecodesEveryEncoding) {
    EXPECT_THAT(samples_in(file_of(format_body(1, 1, 8000, 8), std::string("\x00\x80\xFF\x81", 4))),
                ElementsAre(-32768, 0, 32512, 256));
    EXPECT_THAT(samples_in(file_of(format_body(1, 1, 8000, 24),
                                   little(0x7FFFFF, 3) + little(0x800000, 3) + little(0x000100, 3))),
                ElementsAre(32767, -32768, 1));
    EXPECT_THAT(samples_in(file_of(format_body(1, 1, 8000, 32),
                                   little(0x7FFFFFFF, 4) + little(0x80000000, 4) + little(0xFFFF0000, 4))),
                ElementsAre(32767, -32768, -1));
    EXPECT_THAT(samples_in(file_of(format_body(3, 1, 8000, 32),
                                   float_bytes(0.5f) + float_bytes(-2.0f) + float_bytes(1.0f) +
                                       float_bytes(std::numeric_limits<float>::quiet_NaN()) +
                                       float_bytes(std::numeric_limits<float>::infinity()))),
                ElementsAre(16384, -32768, 32767, 0, 32767));
    EXPECT_THAT(samples_in(file_of(format_body(3, 1, 8000, 64),
                                   float_bytes(0.25) + float_bytes(-1e300) + float_bytes(-0.5))),
                ElementsAre(8192, -32768, -16384));
    EXPECT_THAT(samples_in(file_of(format_body(6, 1, 8000, 8), "\xD5\x55\xAA\x2A")),
                ElementsAre(8, -8, 32256, -32256));
    EXPECT_THAT(samples_in(file_of(format_body(7, 1, 8000, 8), std::string("\xFF\x7F\x80\x00", 4))),
                ElementsAre(0, 0, 32124, -32124));
    EXPECT_THAT(samples_in(file_of(format_body(1, 1, 8000, 12), little(0x4000, 2))), ElementsAre(0x4000));
}

TEST(Wav, ReadsTheExtensibleFormat) {
    EXPECT_THAT(samples_in(file_of(extensible_body(1, 1, 16000, 16), little(7, 2))), ElementsAre(7));
    EXPECT_THAT(samples_in(file_of(extensible_body(3, 1, 16000, 32), float_bytes(0.5f))), ElementsAre(16384));
    std::string odd = extensible_body(1, 1, 16000, 16);
    odd.back() = 'x';
    EXPECT_EQ(problem_in(file_of(odd, little(7, 2))), ErrorKind::Unsupported);
}

TEST(Wav, MixesChannels) {
    const auto s16 = [](int value) { return little(static_cast<std::uint16_t>(value), 2); };
    EXPECT_THAT(
        samples_in(file_of(format_body(1, 2, 8000, 16), s16(100) + s16(300) + s16(-100) + s16(-32768))),
        ElementsAre(200, -16434));
    std::string eight;
    for (int channel = 0; channel < 8; ++channel) {
        eight += s16(channel * 10);
    }
    EXPECT_THAT(samples_in(file_of(format_body(1, 8, 8000, 16), eight)), ElementsAre(35));
}

// ---- tolerance -----------------------------------------------------------------------------------

TEST(Wav, FindsTheSoundBehindOtherChunks) {
    const std::string format = chunk("fmt ", format_body(1, 1, 8000, 16));
    const std::string sound = chunk("data", little(7, 2));
    EXPECT_THAT(samples_in(file_of(chunk("LIST", "odd") + format + chunk("fact", "1234") + sound +
                                   chunk("LIST", "behind"))),
                ElementsAre(7));
    const std::string unpadded = "junk" + little(3, 4) + "abc";
    EXPECT_THAT(samples_in(file_of(unpadded + format + sound)), ElementsAre(7));
    EXPECT_THAT(samples_in(file_of(chunk("fmt ", format_body(1, 1, 8000, 16) + little(0, 2)) + sound)),
                ElementsAre(7));
}

TEST(Wav, TakesWhatIsThereWhenSizesAreUnknownOrWrong) {
    for (const std::uint32_t size : {0u, 0xFFFFFFFFu, 0x7FFFFFFFu, 100u}) {
        const std::string file = file_of(chunk("fmt ", format_body(1, 1, 8000, 16)) + "data" +
                                         little(size, 4) + little(7, 2) + little(8, 2) + "x");
        EXPECT_THAT(samples_in(file), ElementsAre(7, 8)) << size;
    }
}

TEST(Wav, KnowsLargeFiles) {
    const std::string sizes = little(100, 8) + little(4, 8) + little(2, 8) + little(0, 4);
    const std::string file = "RF64" + little(0xFFFFFFFF, 4) + "WAVE" + chunk("ds64", sizes) +
                             chunk("fmt ", format_body(1, 1, 8000, 16)) + "data" + little(0xFFFFFFFF, 4) +
                             little(7, 2) + little(8, 2) + chunk("LIST", "title");
    EXPECT_THAT(samples_in(file), ElementsAre(7, 8));
}

TEST(Wav, AnySizeOfBytesGivesTheSameSound) {
    const std::string file =
        file_of(chunk("LIST", "odd") + chunk("fmt ", extensible_body(1, 3, 44100, 24)) +
                chunk("data", std::string(9 * 50 + 4, '\x21')) + chunk("LIST", "behind"));
    const auto whole = samples_in(file);
    EXPECT_EQ(whole.size(), 50u);
    for (std::size_t step = 1; step < 40; ++step) {
        WavReader reader;
        std::vector<Sample> samples;
        for (std::size_t at = 0; at < file.size(); at += step) {
            ASSERT_TRUE(reader.push(bytes_of(file).subspan(at, std::min(step, file.size() - at)), samples)
                            .has_value());
        }
        ASSERT_TRUE(reader.finish().has_value());
        ASSERT_EQ(samples, whole);
        ASSERT_EQ(reader.format()->rate, 44100);
    }
}

TEST(Wav, AFileCutAnywhereGivesItsBeginningOrAnError) {
    const std::string file = write_wav({.rate = 8000, .samples = sine(440, 8000, 100)});
    const auto whole = samples_in(file);
    for (std::size_t length = 0; length < file.size(); ++length) {
        const auto result = parse_wav(bytes_of(file).first(length));
        if (length < 44) {
            ASSERT_FALSE(result.has_value()) << length;
            ASSERT_EQ(result.error().kind, ErrorKind::Malformed);
        } else {
            ASSERT_EQ(
                result.value().samples,
                std::vector<Sample>(whole.begin(), whole.begin() + static_cast<long>((length - 44) / 2)));
        }
    }
}

// ---- lies ----------------------------------------------------------------------------------------

TEST(Wav, RefusesWhatCannotBe) {
    const std::string sound = little(7, 2);
    EXPECT_EQ(problem_in("not a sound at all, but a text"), ErrorKind::Malformed);
    EXPECT_EQ(problem_in("RIFF    AVI LIST"), ErrorKind::Malformed);
    EXPECT_EQ(problem_in("RIFX    WAVEfmt "), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(1, 0, 8000, 16, 2), sound)), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 0, 16), sound)), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 8000, 16, 4), sound)), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 8000, 16, 0), sound)), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(file_of(format_body(1, 9, 8000, 16), sound)), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 999, 16), sound)), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 384001, 16), sound)), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 8000, 0), sound)), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 8000, 64), sound)), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(3, 1, 8000, 16), sound)), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(0x55, 1, 8000, 16), sound)), ErrorKind::Unsupported);
    EXPECT_EQ(problem_in(file_of(format_body(1, 1, 8000, 16).substr(0, 14), sound)), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(file_of(format_body(0xFFFE, 1, 8000, 16), sound)), ErrorKind::Malformed);
    EXPECT_EQ(problem_in(file_of(chunk("data", sound) + chunk("fmt ", format_body(1, 1, 8000, 16)))),
              ErrorKind::Malformed);
    EXPECT_EQ(problem_in(file_of(chunk("fmt ", format_body(1, 1, 8000, 16)))), ErrorKind::Malformed);
}

TEST(Wav, SurvivesDamagedFiles) {
    constexpr unsigned seed = 7;
    std::mt19937 random(seed);
    const std::string good = file_of(chunk("LIST", "abc") + chunk("fmt ", extensible_body(3, 2, 48000, 32)) +
                                     chunk("data", std::string(400, '\x3F')));
    for (int round = 0; round < 20'000; ++round) {
        std::string file = good;
        for (unsigned damage = random() % 6; damage > 0; --damage) {
            file[random() % file.size()] = static_cast<char>(random());
        }
        file.resize(random() % (file.size() + 1));
        const auto result = parse_wav(bytes_of(file));
        if (result.has_value()) {
            ASSERT_LE(result.value().samples.size(), file.size());
        }
    }
}

}  // namespace
}  // namespace repartee::audio
