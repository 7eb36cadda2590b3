// Whether speech is understood: what flite says is what pocketsphinx hears.
//
// A synthetic voice is not people. What these tests hold on to is that nothing between text and text
// gets worse: levels, rates, times, the parameters of the decoder.
#include "engines/pocketsphinx/recogniser.h"
#include "spoken.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <cctype>
#include <sstream>

namespace repartee::engines {

namespace {

using Words = std::vector<std::string>;

// Lower case, without punctuation.
Words words_of(std::string text) {
    std::ranges::transform(text, text.begin(), [](unsigned char c) {
        return std::isalpha(c) || c == '\'' ? static_cast<char>(std::tolower(c)) : ' ';
    });
    std::istringstream stream(text);
    return {std::istream_iterator<std::string>(stream), {}};
}

// Words put in, left out or changed on the way from one to the other.
std::size_t errors_between(const Words& said, const Words& heard) {
    std::vector<std::size_t> row(heard.size() + 1);
    std::ranges::generate(row, [n = std::size_t{0}]() mutable { return n++; });
    for (const auto& word : said) {
        auto diagonal = std::exchange(row[0], row[0] + 1);
        for (std::size_t i = 0; i < heard.size(); ++i) {
            auto changed = diagonal + (word == heard[i] ? 0 : 1);
            diagonal = row[i + 1];
            row[i + 1] = std::min({changed, diagonal + 1, row[i] + 1});
        }
    }
    return row.back();
}

class SpeechAccuracy : public testing::Test {
protected:
    Transcript hear(const std::vector<audio::Sample>& samples) {
        auto stream = recogniser.start({.language = "en"});
        stream->push(samples);
        stream->finish();
        auto reading = read_all<Transcript>(house, *stream);
        EXPECT_EQ(reading.outputs.size(), 1U);
        return reading.outputs.empty() ? Transcript{} : reading.outputs.back();
    }

    void expect_word_exact(const std::vector<std::string>& sentences) {
        for (const auto& sentence : sentences) {
            EXPECT_EQ(words_of(hear(spoken(sentence)).text), words_of(sentence));
        }
    }

    // Of all words said together. Prints what was misheard.
    double word_error_rate(const std::vector<std::string>& sentences, double volume = 1) {
        std::size_t words = 0;
        std::size_t errors = 0;
        for (const auto& sentence : sentences) {
            auto samples = spoken(sentence);
            std::ranges::transform(samples, samples.begin(), [volume](audio::Sample sample) {
                return static_cast<audio::Sample>(sample * volume);
            });
            auto heard = hear(samples).text;
            auto wrong = errors_between(words_of(sentence), words_of(heard));
            words += words_of(sentence).size();
            errors += wrong;
            if (wrong > 0) {
                std::cout << sentence << " -> " << heard << '\n';
            }
        }
        return static_cast<double>(errors) / static_cast<double>(words);
    }

    static std::vector<audio::Sample> one_after_the_other(const std::vector<std::string>& sentences,
                                                          std::size_t pause) {
        std::vector<audio::Sample> samples;
        for (const auto& sentence : sentences) {
            auto more = spoken(sentence);
            samples.insert(samples.end(), more.begin(), more.end());
            samples.resize(samples.size() + pause);
        }
        return samples;
    }

    House house{Time::Real};
    pocketsphinx::Pocketsphinx recogniser{{}, house.clock(), Log::silent(), house.pool()};

    // Whatever the noise in the voice. Demonstrations and other tests rely on these.
    const std::vector<std::string> word_exact = {
        "What time is it?",
        "What is the time?",
        "Can you tell me the time?",
        "What day is today?",
        "Remember that my favorite color is green.",
        "What is my favorite animal?",
        "Remember that my brother lives in London.",
        "Where is my car?",
        "How much is six times seven?",
        "Please set a timer for thirty seconds.",
        "How much time is left?",
        "What can you do?",
        "My name is Alice.",
        "What is my name?",
        "What is your name?",
        "Tell me a joke.",
        "Tell me about the weather.",
        "Good evening.",
        "Thank you very much.",
        "Repeat that please.",
        "What did I just say?",
        "Can you help me with my homework?",
        "The weather is very nice today.",
        "Where is the nearest station?",
        "I have a meeting on Monday.",
        "The train leaves at nine in the morning.",
    };
};

}  // namespace

TEST_F(SpeechAccuracy, HearsPlainSentencesWordByWord) {
    expect_word_exact(word_exact);
}

TEST_F(SpeechAccuracy, HearsMostWordsOfHarderOnes) {
    EXPECT_LE(word_error_rate({
                  "Remember that my favorite color is blue.",
                  "What is twelve plus thirty?",
                  "Set a timer for five minutes.",
                  "What is the date today?",
                  "What is my favorite color?",
                  "Cancel the timer.",
                  "Turn on the light in the kitchen.",
                  "What should I remember?",
                  "Can you tell me the date?",
                  "My sister has two children and a dog.",
                  "I live in a small house near the river.",
                  "Please tell me about the history of music.",
                  "How many minutes are left?",
                  "Remind me to call my mother in the evening.",
              }),
              0.2);
}

TEST_F(SpeechAccuracy, HearsTheRepliesThatAreSpoken) {
    expect_word_exact({
        "It is half past nine.",
        "You are welcome.",
        "There is no timer running.",
        "Your name is Alice.",
        "Nice to meet you, Alice.",
        "Your brother lives in London.",
    });
}

TEST_F(SpeechAccuracy, HearsQuietVoices) {
    for (const auto volume : {0.3, 0.1, 0.03}) {
        EXPECT_LE(word_error_rate({word_exact.begin(), word_exact.begin() + 10}, volume), 0.2) << volume;
    }
}

TEST_F(SpeechAccuracy, DoesNotDependOnWhoSpokeBefore) {
    auto sentence = spoken("Turn on the light in the kitchen.");
    auto first = hear(sentence);
    for (const auto* other : {"Tell me about the weather.", "What is twelve plus thirty?"}) {
        hear(spoken(other));
        auto again = hear(sentence);
        EXPECT_EQ(again.text, first.text);
        EXPECT_EQ(again.confidence, first.confidence);
    }
}

TEST_F(SpeechAccuracy, HearsLongSpeechInOnePiece) {
    std::vector<std::string> sentences(word_exact.begin(), word_exact.begin() + 18);
    auto samples = one_after_the_other(sentences, audio::speech_rate);
    auto heard = hear(samples);
    Words said;
    for (const auto& sentence : sentences) {
        std::ranges::copy(words_of(sentence), std::back_inserter(said));
    }
    EXPECT_LE(errors_between(said, words_of(heard.text)), said.size() / 5) << heard.text;

    std::chrono::milliseconds before{0};
    for (const auto& word : heard.words) {
        EXPECT_LE(before, word.start) << word.text;
        before = word.start;
    }
}

TEST_F(SpeechAccuracy, KnowsWhenAWordWasSpoken) {
    auto tail = spoken("Thank you very much.");
    std::vector<audio::Sample> samples(3 * audio::speech_rate);  // seconds of silence, left out inside
    auto head = spoken("Good evening.");
    samples.insert(samples.end(), head.begin(), head.end());
    samples.resize(samples.size() + 2 * audio::speech_rate);
    auto begin = std::chrono::duration_cast<std::chrono::milliseconds>(
        audio::duration_of(samples.size(), audio::speech_rate));
    auto end = begin + std::chrono::duration_cast<std::chrono::milliseconds>(
                           audio::duration_of(tail.size(), audio::speech_rate));
    samples.insert(samples.end(), tail.begin(), tail.end());

    auto words = hear(samples).words;
    ASSERT_GE(words.size(), 6U);
    EXPECT_GE(words.front().start, 3000ms);
    EXPECT_LE(words.front().start, 3700ms);
    auto thank = std::ranges::find(words, "thank", &Word::text);
    ASSERT_NE(thank, words.end());
    EXPECT_GE(thank->start, begin);
    EXPECT_LE(thank->start, begin + 600ms);
    EXPECT_LE(words.back().end, end);
    EXPECT_GE(words.back().end, end - 700ms);
}

// What the confidence means is measured by tests/bench/word_confidence.py; this holds on to its direction.
TEST_F(SpeechAccuracy, IsSureOfWhatIsRightAndNotOfWhatNoiseMakesOfIt) {
    double clean = 0;
    double noisy = 0;
    int noisy_lines = 0;
    const std::vector<std::string> sentences(word_exact.begin(), word_exact.begin() + 6);
    for (const auto& sentence : sentences) {
        auto samples = spoken(sentence);
        clean += hear(samples).confidence.value_or(0);
        std::srand(1);
        for (auto& sample : samples) {
            sample =
                static_cast<audio::Sample>(std::clamp(sample + std::rand() % 8001 - 4000, -32768, 32767));
        }
        if (auto heard = hear(samples); heard.confidence) {
            noisy += *heard.confidence;
            ++noisy_lines;
        }
    }
    EXPECT_GE(clean / static_cast<double>(sentences.size()), 0.75);
    ASSERT_GT(noisy_lines, 0);
    EXPECT_LE(noisy / noisy_lines, 0.35);
}

TEST_F(SpeechAccuracy, HearsNoWordsInFaintNoise) {
    std::vector<audio::Sample> noise(2 * audio::speech_rate);
    std::srand(1);
    std::ranges::generate(noise, [] { return static_cast<audio::Sample>(std::rand() % 61 - 30); });
    EXPECT_EQ(hear(noise).text, "");
}

}  // namespace repartee::engines
