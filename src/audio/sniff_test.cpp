#include "audio/sniff.h"

#include "audio/test_sounds.h"
#include "audio/wav.h"

#include <gtest/gtest.h>

namespace repartee::audio {
namespace {

using namespace std::string_view_literals;

TEST(Sniff, KnowsFilesByTheirFirstBytes) {
    struct Case {
        std::string_view head;
        AudioFormat format;
    };
    const std::string wav = write_wav({});
    const Case cases[] = {
        {wav, AudioFormat::Wav},
        {"RF64\xFF\xFF\xFF\xFFWAVE"sv, AudioFormat::Wav},
        {"RIFF\0\0\0\0AVI "sv, AudioFormat::Unknown},
        {"\x1A\x45\xDF\xA3\x9F\x42\x86\x81\x01\x42\xF7\x81"sv, AudioFormat::WebM},
        {"OggS\0\x02\0\0\0\0\0\0"sv, AudioFormat::Ogg},
        {"\0\0\0\x20"
         "ftypM4A "sv,
         AudioFormat::Mp4},
        {"ID3\x04\0\0\0\0\0\0\0\0"sv, AudioFormat::Mp3},
        {"\xFF\xFB\x90\x64\0\0\0\0\0\0\0\0"sv, AudioFormat::Mp3},
        {"\xFF\xF1\x50\x80\0\0\0\0\0\0\0\0"sv, AudioFormat::Unknown},
        {"\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFF"sv, AudioFormat::Unknown},
        {"fLaC\0\0\0\x22\x10\0\x10\0"sv, AudioFormat::Flac},
        {"{\"text\":\"hi\"}"sv, AudioFormat::Unknown},
        {""sv, AudioFormat::Unknown},
        {"R"sv, AudioFormat::Unknown},
    };
    for (const Case& each : cases) {
        EXPECT_EQ(sniff(bytes_of(each.head)), each.format) << name_of(each.format);
    }
}

}  // namespace
}  // namespace repartee::audio
