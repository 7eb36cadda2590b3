// Which of the inputs somebody means. Pure.
#pragma once

#include "base/error.h"
#include "devices/microphone.h"

#include <span>
#include <string_view>

namespace repartee::devices::portaudio {

// `wish`: a number of the list; or a name, of which the whole, then the beginning, then any part is looked
// for, in any case; empty: the default. NotFound, with words that help, where there is no such input.
Result<AudioInput> chosen(std::span<const AudioInput> inputs, std::string_view wish);

// The rates to try, best first. `wanted` 0: what the device likes.
std::vector<int> rates_to_try(int wanted, double of_device);
// The numbers of channels to try, best first. `wanted` 0: as few as can be.
std::vector<int> channels_to_try(int wanted, int most);

// The mean of the channels, whatever their number. Appends.
void mix_down(std::span<const audio::Sample> interleaved, int channels, std::vector<audio::Sample>& mono);

}  // namespace repartee::devices::portaudio
