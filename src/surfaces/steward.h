// What only the program knows about the house that it runs, for the surface that shows it: where it listens,
// its stores, the models on its shelf and how they are fetched, its log, how it is examined. `app` implements
// it.
#pragma once

#include "base/async.h"
#include "base/log_tail.h"
#include "stores/catalogue.h"

#include <cstdint>
#include <string>
#include <vector>

namespace repartee::surfaces {

struct Listening {
    std::vector<std::string> urls;  // the first is for this machine
    bool secure = false;
    bool others_can_reach_us = false;
};

struct StoreFacts {
    std::string role;  // "database", "sessions", "vectors"
    std::string name;
    stores::StoreHealth health;
};

// A model that can be fetched, or lies on the shelf, or both.
struct ModelFacts {
    std::string name;  // what people type
    std::string file;
    std::string engine = {};  // who works with it, as in the settings; empty: nobody knows
    std::string knows = {};   // "English"
    std::string gain = {};
    std::string suits = {};  // which machines
    std::string licence = {};
    std::uintmax_t about_bytes = 0;  // as published; 0: unknown
    int memory_mebibytes = 0;        // in use with it, about; 0: hardly any
    bool can_be_fetched = false;
    bool suits_this_machine = false;

    std::uintmax_t bytes = 0;       // of the file that is here; 0: it is not
    std::uintmax_t part_bytes = 0;  // of one that has not come in whole yet
    std::string sum = {};           // "published", "first_download", "none"
    std::string used_by = {};       // "engines.whisper.model"; empty: by nobody
};

struct ModelShelf {
    std::string folder;
    std::string hub;          // where they come from
    std::uintmax_t room = 0;  // bytes that may still be filled
    std::vector<ModelFacts> models;
};

// A model on its way.
struct ModelFetch {
    enum class State {
        Waiting,  // for its turn
        Fetching,
        Done,
        Failed,   // `trouble` says why
        Stopped,  // what has come is kept
    };
    std::string name;
    State state = State::Waiting;
    std::uintmax_t bytes = 0;
    std::uintmax_t whole = 0;     // about, until the hub has said it
    double bytes_per_second = 0;  // at present; 0: too early to tell
    std::string trouble = {};     // also why it is being tried again
    std::int64_t changed_at_ms = 0;
};

// What the doctor has found.
struct Examination {
    enum class State { Never, Running, Done, Failed };
    struct Line {
        enum class Mark { Good, Bad, Absent };
        Mark mark = Mark::Good;
        std::string subject;
        std::string words;
        std::string advice = {};  // what to type
    };
    struct Part {
        std::string heading;
        std::vector<Line> lines = {};
    };
    State state = State::Never;
    bool thorough = false;  // engines were tried, not only asked
    bool well = false;      // once it is done
    std::int64_t began_at_ms = 0;
    std::int64_t ended_at_ms = 0;
    std::string trouble = {};  // why it failed
    std::vector<Part> parts = {};
};

// Any thread, save where it says otherwise. Outlives the surfaces.
class Steward {
public:
    virtual ~Steward() = default;

    virtual std::string version() const = 0;
    virtual Listening listening() const = 0;
    virtual bool registration_open() const = 0;
    virtual std::vector<StoreFacts> stores() const = 0;

    // Reads the folder, behind. Throws Failure where its record is broken.
    virtual awaitable<ModelShelf> models() = 0;
    // One after the other. Throws Failure: NotFound for a name that nobody knows, Conflict for one that is on
    // its way already, Busy when too many are waiting.
    virtual void fetch_model(std::string name) = 0;
    // Throws Failure{NotFound} for one that is not on its way.
    virtual void stop_fetching(std::string name) = 0;
    // Those on their way, and the last that were; a few.
    virtual std::vector<ModelFetch> fetches() const = 0;

    // Begins an examination of everything that this server works with, behind; trying the engines takes a
    // while. Throws Failure{Conflict} while there is one.
    enum class Care { Ask, Try };
    virtual void examine(Care care) = 0;
    virtual Examination examination() const = 0;

    // Another one whenever fetches or examination have changed.
    virtual std::uint64_t news() const = 0;

    virtual const LogTail& log_tail() const = 0;
};

}  // namespace repartee::surfaces
