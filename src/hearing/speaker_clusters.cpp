#include "hearing/speaker_clusters.h"

#include <algorithm>
#include <limits>
#include <set>

namespace repartee::hearing {

namespace {

// A long part says no more about a voice than one of this length.
constexpr double longest_weight = 8;  // seconds

// A label is sure when the next speaker is farther away than one's own by this, in units of the spread.
constexpr double sure_margin = 0.5;
// How much farther than others somebody has to be of whom there is only one part.
constexpr double stray_slack = 1.5;
// What is short may be this much farther from a speaker than a reliable part, and is still taken to be
// theirs.
constexpr double short_slack = 1.5;

}  // namespace

void SpeakerClusters::Group::add(const engines::Voiceprint& print) {
    auto seconds = std::min(std::chrono::duration<double>(print.voice).count(), longest_weight);
    sum.resize(print.vector.size());
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] += seconds * print.vector[i];
        squares += seconds * static_cast<double>(print.vector[i]) * print.vector[i];
    }
    spread += seconds * print.spread;
    weight += seconds;
}

void SpeakerClusters::Group::add(const Group& other) {
    sum.resize(other.sum.size());
    for (std::size_t i = 0; i < sum.size(); ++i) {
        sum[i] += other.sum[i];
    }
    squares += other.squares;
    spread += other.spread;
    weight += other.weight;
    number = std::max(number, other.number);
    parts.insert(parts.end(), other.parts.begin(), other.parts.end());
}

// The mean squared distance between a part of the one and a part of the other, in units of what it is for one
// person.
double SpeakerClusters::unlikeness(const Group& one, const Group& other) {
    double product = 0;
    for (std::size_t i = 0; i < one.sum.size() && i < other.sum.size(); ++i) {
        product += one.sum[i] * other.sum[i];
    }
    auto distance =
        one.squares / one.weight + other.squares / other.weight - 2 * product / (one.weight * other.weight);
    auto expected = one.spread / one.weight + other.spread / other.weight;
    return distance / std::max(expected, 1e-9);
}

bool SpeakerClusters::is_reliable(const engines::Voiceprint& print) const {
    return !print.vector.empty() && print.voice >= settings_.traits.least_voice;
}

// The nearest two become one, until the nearest are two persons; and on, while there are too many.
std::vector<SpeakerClusters::Group> SpeakerClusters::gather() const {
    std::vector<Group> groups;
    groups.reserve(memories_.size());
    for (const auto& [number, memory] : memories_) {
        groups.push_back(memory);
    }
    for (std::size_t i = 0; i < latest_.size(); ++i) {
        if (is_reliable(latest_[i].part.print)) {
            Group group;
            group.add(latest_[i].part.print);
            group.parts.push_back(i);
            groups.push_back(std::move(group));
        }
    }
    const auto never = std::numeric_limits<double>::infinity();
    // Two memories stay two: nobody could be told any more that they were one.
    auto between = [&](const Group& one, const Group& other) {
        return one.number > 0 && other.number > 0 ? never : unlikeness(one, other);
    };
    std::vector<std::vector<double>> distances(groups.size(), std::vector<double>(groups.size(), never));
    for (std::size_t i = 0; i < groups.size(); ++i) {
        for (std::size_t j = 0; j < i; ++j) {
            distances[i][j] = between(groups[i], groups[j]);
        }
    }
    for (;;) {
        std::size_t first = 0;
        std::size_t second = 0;
        auto least = never;
        for (std::size_t i = 0; i < groups.size(); ++i) {
            for (std::size_t j = 0; j < i; ++j) {
                if (distances[i][j] < least) {
                    least = distances[i][j];
                    first = j;
                    second = i;
                }
            }
        }
        if (least == never || (least >= settings_.traits.apart && groups.size() <= settings_.most_speakers)) {
            break;
        }
        groups[first].add(groups[second]);
        groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(second));
        distances.erase(distances.begin() + static_cast<std::ptrdiff_t>(second));
        for (auto& row : distances) {
            row.erase(row.begin() + static_cast<std::ptrdiff_t>(second));
        }
        for (std::size_t i = 0; i < groups.size(); ++i) {
            if (i != first) {
                distances[std::max(i, first)][std::min(i, first)] = between(groups[i], groups[first]);
            }
        }
    }
    take_in_strays(groups);
    return groups;
}

// Somebody of whom there is one part only has to be farther from everybody else: one odd line is no new
// person.
void SpeakerClusters::take_in_strays(std::vector<Group>& groups) const {
    for (std::size_t i = groups.size(); i-- > 0 && groups.size() > 1;) {
        if (groups[i].number > 0 || groups[i].parts.size() > 1) {
            continue;
        }
        auto nearest = i;
        auto least = settings_.traits.apart * stray_slack;
        for (std::size_t j = 0; j < groups.size(); ++j) {
            if (auto distance = unlikeness(groups[i], groups[j]); j != i && distance < least) {
                least = distance;
                nearest = j;
            }
        }
        if (nearest != i) {
            groups[nearest].add(groups[i]);
            groups.erase(groups.begin() + static_cast<std::ptrdiff_t>(i));
        }
    }
}

void SpeakerClusters::number(std::vector<Group>& groups) const {
    std::set<int> taken;
    for (const auto& group : groups) {
        if (group.number > 0) {
            taken.insert(group.number);
        }
    }
    // Who has most of a number's voice keeps it.
    struct Claim {
        double voice;
        int number;
        std::size_t group;
    };
    std::vector<Claim> claims;
    for (std::size_t i = 0; i < groups.size(); ++i) {
        if (groups[i].number > 0) {
            continue;
        }
        std::map<int, double> voices;
        for (auto position : groups[i].parts) {
            if (const auto& label = latest_[position].label) {
                voices[label->number] +=
                    std::chrono::duration<double>(latest_[position].part.print.voice).count();
            }
        }
        for (const auto& [number, voice] : voices) {
            claims.push_back({voice, number, i});
        }
    }
    std::ranges::stable_sort(claims, std::ranges::greater{}, &Claim::voice);
    for (const auto& claim : claims) {
        if (groups[claim.group].number == 0 && taken.insert(claim.number).second) {
            groups[claim.group].number = claim.number;
        }
    }
    // Somebody new: in order of appearance.
    std::vector<Group*> unnumbered;
    for (auto& group : groups) {
        if (group.number == 0) {
            unnumbered.push_back(&group);
        }
    }
    std::ranges::sort(unnumbered, {}, [](const Group* group) { return std::ranges::min(group->parts); });
    int next = 1;
    for (auto* group : unnumbered) {
        while (!taken.insert(next).second) {
            ++next;
        }
        group->number = next;
    }
}

std::optional<Speaker> SpeakerClusters::speaker_of(std::size_t position,
                                                   const std::vector<Group>& groups) const {
    const auto& print = latest_[position].part.print;
    if (print.vector.empty() || groups.empty()) {
        return std::nullopt;
    }
    Group alone;
    alone.add(print);
    const Group* own = nullptr;
    auto nearest = std::numeric_limits<double>::infinity();
    for (const auto& group : groups) {
        bool is_own = std::ranges::find(group.parts, position) != group.parts.end();
        auto distance = unlikeness(alone, group);
        if (is_own || (distance < nearest && !is_reliable(print))) {
            own = &group;
            nearest = distance;
            if (is_own) {
                break;
            }
        }
    }
    auto next = std::numeric_limits<double>::infinity();
    for (const auto& group : groups) {
        if (&group != own) {
            next = std::min(next, unlikeness(alone, group));
        }
    }
    if (!is_reliable(print) && nearest > settings_.traits.apart * short_slack) {
        return std::nullopt;
    }
    return Speaker{.number = own->number, .sure = is_reliable(print) && next - nearest >= sure_margin};
}

std::vector<SpeakerChange> SpeakerClusters::add(std::span<const Part> parts) {
    for (const auto& part : parts) {
        latest_.push_back({.part = part});
    }
    auto groups = gather();
    number(groups);
    std::vector<SpeakerChange> changes;
    for (std::size_t i = 0; i < latest_.size(); ++i) {
        auto label = speaker_of(i, groups);
        if (label != latest_[i].label) {
            latest_[i].label = label;
            changes.push_back({latest_[i].part.id, label});
        }
    }
    while (latest_.size() > settings_.window) {
        forget_oldest();
    }
    return changes;
}

void SpeakerClusters::forget_oldest() {
    const auto& oldest = latest_.front();
    if (oldest.label && is_reliable(oldest.part.print)) {
        auto& memory = memories_[oldest.label->number];
        memory.add(oldest.part.print);
        memory.number = oldest.label->number;
    }
    latest_.pop_front();
}

std::optional<Speaker> SpeakerClusters::label_of(std::uint64_t id) const {
    auto found = std::ranges::find(latest_, id, [](const Kept& kept) { return kept.part.id; });
    return found == latest_.end() ? std::nullopt : found->label;
}

std::size_t SpeakerClusters::speakers() const {
    std::set<int> numbers;
    for (const auto& [number, memory] : memories_) {
        numbers.insert(number);
    }
    for (const auto& kept : latest_) {
        if (kept.label) {
            numbers.insert(kept.label->number);
        }
    }
    return numbers.size();
}

}  // namespace repartee::hearing
