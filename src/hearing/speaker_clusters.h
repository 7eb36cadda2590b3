// Who is who: parts of what is said, each with a voiceprint, are gathered into speakers, as they come. Pure.
//
// With each new part all of the latest ones are gathered anew (agglomerative clustering with average
// linkage), so that an early mistake is mended once more is heard; what that changes is told. Speakers keep
// their numbers: the group that has most of a speaker's parts keeps the number, and somebody new gets the
// lowest that is free. Parts that are no longer among the latest keep the label they have, and weigh on as
// the memory of their speaker.
#pragma once

#include "engines/speaker_embedder.h"
#include "vocabulary/speaker.h"

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <span>
#include <vector>

namespace repartee::hearing {

struct ClusterSettings {
    engines::SpeakerTraits traits = {};
    std::size_t most_speakers = 8;
    // Parts that can still be revised.
    std::size_t window = 100;
};

// Part `id` is now known to be of this speaker; nothing: of nobody in particular.
struct SpeakerChange {
    std::uint64_t line = 0;
    std::optional<Speaker> speaker = {};

    friend bool operator==(const SpeakerChange&, const SpeakerChange&) = default;
};

// A value: a copy can be asked what would be.
class SpeakerClusters {
public:
    struct Part {
        std::uint64_t id = 0;
        engines::Voiceprint print = {};
    };

    explicit SpeakerClusters(const ClusterSettings& settings) : settings_(settings) {}

    // The next parts, in order of time; ids go up. The changes of all labels, these parts' own included,
    // which begin without any.
    std::vector<SpeakerChange> add(std::span<const Part> parts);

    // Of a part that is among the latest.
    std::optional<Speaker> label_of(std::uint64_t id) const;
    std::size_t speakers() const;

private:
    // What is said by one person, as far as it is needed to compare: sums, weighted by the length of the
    // voice.
    struct Group {
        std::vector<double> sum = {};
        double squares = 0;  // of the vectors' lengths
        double spread = 0;
        double weight = 0;
        int number = 0;                       // of the memory in it; 0: none
        std::vector<std::size_t> parts = {};  // positions in latest_

        void add(const engines::Voiceprint& print);
        void add(const Group& other);
    };
    struct Kept {
        Part part;
        std::optional<Speaker> label = {};
    };

    bool is_reliable(const engines::Voiceprint& print) const;
    static double unlikeness(const Group& one, const Group& other);
    std::vector<Group> gather() const;
    void take_in_strays(std::vector<Group>& groups) const;
    void number(std::vector<Group>& groups) const;
    std::optional<Speaker> speaker_of(std::size_t position, const std::vector<Group>& groups) const;
    void forget_oldest();

    ClusterSettings settings_;
    std::deque<Kept> latest_;
    std::map<int, Group> memories_;  // of speakers by number; their `parts` are empty
};

}  // namespace repartee::hearing
