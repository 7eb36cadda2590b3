#include "surfaces/console/messages.h"

namespace repartee::surfaces::console {

namespace json = boost::json;

namespace {

std::string_view name_of(ModelFetch::State state) {
    switch (state) {
        case ModelFetch::State::Waiting: return "waiting";
        case ModelFetch::State::Fetching: return "fetching";
        case ModelFetch::State::Done: return "done";
        case ModelFetch::State::Failed: return "failed";
        case ModelFetch::State::Stopped: return "stopped";
    }
    return "";
}

std::string_view name_of(Examination::State state) {
    switch (state) {
        case Examination::State::Never: return "never";
        case Examination::State::Running: return "running";
        case Examination::State::Done: return "done";
        case Examination::State::Failed: return "failed";
    }
    return "";
}

std::string_view name_of(Examination::Line::Mark mark) {
    switch (mark) {
        case Examination::Line::Mark::Good: return "good";
        case Examination::Line::Mark::Bad: return "bad";
        case Examination::Line::Mark::Absent: return "absent";
    }
    return "";
}

std::string_view name_of(LogLevel level) {
    switch (level) {
        case LogLevel::Trace: return "trace";
        case LogLevel::Debug: return "debug";
        case LogLevel::Info: return "info";
        case LogLevel::Warning: return "warning";
        default: return "error";
    }
}

json::object describe(const ModelFacts& model) {
    return {{"name", model.name},
            {"file", model.file},
            {"engine", model.engine},
            {"knows", model.knows},
            {"gain", model.gain},
            {"suits", model.suits},
            {"licence", model.licence},
            {"about_bytes", model.about_bytes},
            {"memory_mebibytes", model.memory_mebibytes},
            {"can_be_fetched", model.can_be_fetched},
            {"suits_this_machine", model.suits_this_machine},
            {"bytes", model.bytes},
            {"part_bytes", model.part_bytes},
            {"sum", model.sum},
            {"used_by", model.used_by}};
}

}  // namespace

json::array describe(const std::vector<ModelFetch>& fetches) {
    json::array described;
    for (const auto& fetch : fetches) {
        described.push_back(json::object{{"name", fetch.name},
                                         {"state", name_of(fetch.state)},
                                         {"bytes", fetch.bytes},
                                         {"whole", fetch.whole},
                                         {"bytes_per_second", fetch.bytes_per_second},
                                         {"trouble", fetch.trouble},
                                         {"changed_at", fetch.changed_at_ms}});
    }
    return described;
}

json::object describe(const ModelShelf& shelf, const std::vector<ModelFetch>& fetches) {
    json::array models;
    for (const auto& model : shelf.models) {
        models.push_back(describe(model));
    }
    return {{"folder", shelf.folder},
            {"hub", shelf.hub},
            {"room", shelf.room},
            {"models", std::move(models)},
            {"fetches", describe(fetches)}};
}

json::object describe(const Examination& examination) {
    json::array parts;
    for (const auto& part : examination.parts) {
        json::array lines;
        for (const auto& line : part.lines) {
            lines.push_back(json::object{{"mark", name_of(line.mark)},
                                         {"subject", line.subject},
                                         {"words", line.words},
                                         {"advice", line.advice}});
        }
        parts.push_back(json::object{{"heading", part.heading}, {"lines", std::move(lines)}});
    }
    return {{"state", name_of(examination.state)},
            {"thorough", examination.thorough},
            {"well", examination.well},
            {"began_at", examination.began_at_ms},
            {"ended_at", examination.ended_at_ms},
            {"trouble", examination.trouble},
            {"parts", std::move(parts)}};
}

json::object describe(const std::vector<LogTail::Line>& lines, std::uint64_t behind) {
    json::array described;
    for (const auto& line : lines) {
        described.push_back(json::object{{"number", line.number},
                                         {"level", name_of(line.level)},
                                         {"at", line.at_ms},
                                         {"text", line.text}});
    }
    auto lost = lines.empty() || behind == 0 ? 0 : lines.front().number - behind - 1;
    return {{"type", "log"}, {"lines", std::move(described)}, {"lost", lost}};
}

}  // namespace repartee::surfaces::console
