// Everything the program could use to hear, think, speak and remember.
//
// Each engine's folder adds its offers and its settings in register.cpp; the list of folders in
// src/engines/CMakeLists.txt generates the calls. Nothing is built before the settings are read:
// an offer is a promise that can be kept later.
#pragma once

#include "base/clock.h"
#include "base/fields.h"
#include "base/log.h"
#include "base/metrics.h"
#include "base/worker_pool.h"
#include "engines/decoder.h"
#include "engines/detector.h"
#include "engines/embedder.h"
#include "engines/model.h"
#include "engines/recogniser.h"
#include "engines/speaker_embedder.h"
#include "engines/synthesiser.h"
#include "engines/wishes.h"
#include "net/http_client.h"

#include <filesystem>
#include <functional>
#include <string>
#include <vector>

namespace repartee::engines {

// What an engine may use. All of it outlives the engine.
struct Surroundings {
    Executor executor;  // for an engine's own background work; streams live on their caller's strand
    Clock& clock;
    Log log;
    Metrics& metrics;
    WorkerPool& pool;       // blocking calls
    net::HttpClient& http;  // pooled connections
    std::filesystem::path data_directory;
};

template <class Contract>
struct Offer {
    std::string kind;  // "flite": what settings and users call it
    Place place = Place::Embedded;
    // Whether `auto` may pick it, and how it ranks among those: the highest usable one wins.
    // Embedded defaults have 0, better local engines more. The scripted engines are never picked.
    bool automatic = true;
    int rank = 0;
    std::function<std::unique_ptr<Contract>(const Surroundings&, const Wishes&)> create;
    // Of providers: whether the settings have a key that can be one (see is_a_key). Empty: none is needed.
    std::function<bool()> has_key = {};
};

struct SettingsSection {
    std::string name;  // the table [engines.<name>]
    std::string help;
    std::function<void(Fields&)> describe;
};

class Catalogue {
public:
    std::vector<Offer<Recogniser>> recognisers;
    std::vector<Offer<Model>> models;
    std::vector<Offer<Synthesiser>> synthesisers;
    std::vector<Offer<Detector>> detectors;
    std::vector<Offer<Decoder>> decoders;
    std::vector<Offer<Embedder>> embedders;
    std::vector<Offer<SpeakerEmbedder>> speaker_embedders;
    std::vector<SettingsSection> settings;

    void describe(Fields& fields);
};

// Generated from the list in src/engines/CMakeLists.txt.
void register_all(Catalogue& catalogue);

}  // namespace repartee::engines
