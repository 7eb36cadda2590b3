#include "app/recording_names.h"

#include <gmock/gmock.h>

namespace repartee::app {

TEST(RecordingNames, RecordingsAreCalledAsSuchInAnyCase) {
    for (const char* name : {"a.wav", "B.MP3", "my talk.M4a", "x.tar.ogg", "sound.pcm"}) {
        EXPECT_TRUE(is_called_a_recording(name)) << name;
    }
    for (const char* name : {"a.txt", "a.srt", "a.json", "wav", "a", "", "a.wav.bak", ".wav"}) {
        EXPECT_FALSE(is_called_a_recording(name)) << name;
    }
    EXPECT_TRUE(is_called_headerless("a.RAW"));
    EXPECT_FALSE(is_called_headerless("a.wav"));
}

TEST(RecordingNames, WhatIsBeingCopiedIsNotARecordingYet) {
    for (const char* name :
         {".talk.wav.Xf3a9Z", ".talk.wav", "talk.wav.part", "talk.mp3.crdownload", "talk.wav~", "talk.TMP"}) {
        EXPECT_TRUE(is_called_unfinished(name)) << name;
        EXPECT_FALSE(is_called_a_recording(name)) << name;
    }
    EXPECT_FALSE(is_called_unfinished("talk.wav"));
    EXPECT_FALSE(is_called_unfinished("particle.wav"));
}

TEST(RecordingNames, TranscriptsAreCalledAfterThem) {
    EXPECT_EQ(transcript_name("in/talk.one.mp3", hearing::TranscriptFormat::Srt), "talk.one.srt");
    EXPECT_EQ(transcript_name("talk.WAV", hearing::TranscriptFormat::Text), "talk.txt");
}

TEST(RecordingNames, OneTranscriptIsOfOneRecording) {
    EXPECT_THAT(doubly_named({"b.wav", "a.wav", "b.mp3", "B.wav", "b.ogg"}),
                testing::ElementsAre("b.ogg", "b.wav"));
    EXPECT_TRUE(doubly_named({}).empty());
    EXPECT_THAT(sharing_a_name({"b.wav", "a.wav", "b.mp3", "B.wav", "b.ogg"}, "b.ogg"),
                testing::ElementsAre("b.mp3", "b.wav"));
    EXPECT_TRUE(sharing_a_name({"a.wav", "b.wav"}, "a.wav").empty());
}

}  // namespace repartee::app
