#include "devices/portaudio/choice.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

namespace repartee::devices::portaudio {

namespace {

std::string in_lower_case(std::string_view text) {
    std::string lower(text);
    std::ranges::transform(lower, lower.begin(), [](char c) {
        return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    });
    return lower;
}

std::optional<int> number_in(std::string_view text) {
    int number = 0;
    auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    return error == std::errc() && end == text.data() + text.size() ? std::optional(number) : std::nullopt;
}

std::string names_of(std::span<const AudioInput> inputs) {
    std::string names;
    for (const auto& input : inputs) {
        names += fmt::format("{}{} '{}'", names.empty() ? "" : ", ", input.number, input.name);
    }
    return names;
}

// Each once, in the order in which it comes first.
std::vector<int> each_once(std::span<const int> numbers) {
    std::vector<int> once;
    for (int number : numbers) {
        if (number > 0 && std::ranges::find(once, number) == once.end()) {
            once.push_back(number);
        }
    }
    return once;
}

}  // namespace

Result<AudioInput> chosen(std::span<const AudioInput> inputs, std::string_view wish) {
    if (inputs.empty()) {
        return Error{ErrorKind::NotFound, "This machine has no microphone.", {}};
    }
    if (wish.empty()) {
        auto found = std::ranges::find_if(inputs, &AudioInput::is_default);
        return found == inputs.end() ? inputs.front() : *found;
    }
    if (auto number = number_in(wish)) {
        auto found = std::ranges::find(inputs, *number, &AudioInput::number);
        if (found != inputs.end()) {
            return *found;
        }
    }
    auto lower = in_lower_case(wish);
    const auto find_name = [&](auto is_it) {
        return std::ranges::find_if(
            inputs, [&](const AudioInput& input) { return is_it(in_lower_case(input.name)); });
    };
    auto found = find_name([&](const std::string& name) { return name == lower; });
    if (found == inputs.end()) {
        found = find_name([&](const std::string& name) { return name.starts_with(lower); });
    }
    if (found == inputs.end()) {
        found = find_name([&](const std::string& name) { return name.find(lower) != std::string::npos; });
    }
    if (found == inputs.end()) {
        return Error{ErrorKind::NotFound,
                     fmt::format("There is no microphone '{}' here; there is: {}.", wish, names_of(inputs)),
                     {}};
    }
    return *found;
}

std::vector<int> rates_to_try(int wanted, double of_device) {
    if (wanted > 0) {
        return {wanted};
    }
    const int rates[] = {static_cast<int>(std::lround(of_device)), 48'000, 44'100, 32'000,
                         audio::speech_rate};
    return each_once(rates);
}

std::vector<int> channels_to_try(int wanted, int most) {
    if (wanted > 0) {
        return {wanted};
    }
    const int numbers[] = {1, std::min(2, most), most};
    return each_once(numbers);
}

void mix_down(std::span<const audio::Sample> interleaved, int channels, std::vector<audio::Sample>& mono) {
    if (channels <= 1) {
        mono.insert(mono.end(), interleaved.begin(), interleaved.end());
        return;
    }
    auto width = static_cast<std::size_t>(channels);
    mono.reserve(mono.size() + interleaved.size() / width);
    for (; interleaved.size() >= width; interleaved = interleaved.subspan(width)) {
        int sum = 0;
        for (audio::Sample sample : interleaved.first(width)) {
            sum += sample;
        }
        mono.push_back(static_cast<audio::Sample>(sum / channels));
    }
}

}  // namespace repartee::devices::portaudio
