// The models that can be fetched by name: what each is, costs and gains. Our own table. Sums are those that
// the publishers give; where there is none, the sum of the first download is recorded and said to be that.
#pragma once

#include "models/model_file.h"

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

namespace repartee::models {

struct KnownModel {
    std::string name;  // what people type: "base.en"
    std::string file;  // under which it lies in the folder: "ggml-base.en.bin"
    ModelKind kind = ModelKind::Whisper;
    int mebibytes = 0;  // of the file, as published
    int memory = 0;     // mebibytes in use with it, about; 0: hardly any
    std::string_view licence;
    std::string_view source;  // its repository on the hub
    std::string_view sha1;    // as published; empty where nobody publishes one
    std::string_view knows;   // "English", "a hundred languages"
    std::string_view gain;    // in a few words
    std::string_view suits;   // which machines
};

// Those of a kind stand together, the smallest first.
std::span<const KnownModel> manifest();

// By its name, by the name of its file, or by what others call it ("turbo"); in any case of letters. Null
// when nothing is called so.
const KnownModel* known_model(std::string_view word);
// The one whose file has just this name.
const KnownModel* known_file(std::string_view file);

// Where it is on that hub.
std::string address_of(const KnownModel& model, std::string_view hub);

// "under 1 MiB", "142 MiB", "1.5 GiB".
std::string size_in_words(std::uintmax_t bytes);
std::string size_in_words(const KnownModel& model);

}  // namespace repartee::models
