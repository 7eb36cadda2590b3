// What the name of a file says about it: whether it is a recording, whether it is still being copied, and how
// its transcript is called. Pure.
#pragma once

#include "hearing/transcript_file.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::app {

// Called as recordings are, in any case: .wav .mp3 .m4a .ogg ...; headerless sound .pcm and .raw.
bool is_called_a_recording(const std::filesystem::path& name);

// Any bytes could be headerless sound. Somebody who means that says so in the name.
bool is_called_headerless(const std::filesystem::path& name);

// As programs call what they have not copied or fetched to its end: hidden files, as rsync makes them, and
// .part, .crdownload, .tmp ...
bool is_called_unfinished(const std::filesystem::path& name);

// "talk.mp3" -> "talk.srt"
std::filesystem::path transcript_name(const std::filesystem::path& recording,
                                      hearing::TranscriptFormat format);

// Those among `names` besides `name` itself whose transcripts would be called as that of `name`, sorted.
std::vector<std::string> sharing_a_name(std::vector<std::string> names, const std::string& name);

// Those among `names` whose transcripts would have the name of another's, that is, of one before it in the
// alphabet.
std::vector<std::string> doubly_named(std::vector<std::string> names);

}  // namespace repartee::app
