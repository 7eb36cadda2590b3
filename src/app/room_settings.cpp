#include "app/room_settings.h"

#include <algorithm>

namespace repartee::app {

namespace {

// Reads of a description what it says about hearing, and changes nothing.
class HearingFields final : public Fields {
public:
    explicit HearingFields(hearing::RoomOptions& options) : options_(options) {}

    void field(std::string_view name, std::string& value, const FieldAbout&) override {
        if (name == "language") {
            options_.language = value;
        }
    }
    void field(std::string_view name, double& value, const FieldAbout&) override {
        if (name == "threshold" && value > 0) {
            options_.threshold = value;
        } else if (name == "least_confidence") {
            options_.least_confidence = static_cast<float>(value);
        }
    }
    void field(std::string_view name, std::chrono::milliseconds& value, const FieldAbout&) override {
        if (name == "end_silence") {
            options_.end_silence = value;
        } else if (name == "least_voice") {
            options_.least_voice = value;
        } else if (name == "longest") {
            options_.longest = value;
        }
    }
    void field(std::string_view, bool&, const FieldAbout&) override {}
    void field(std::string_view, std::int64_t&, const FieldAbout&) override {}
    void field(std::string_view, Secret&, const FieldAbout&) override {}
    void field(std::string_view, std::vector<std::string>&, const FieldAbout&) override {}
    void section(std::string_view, std::string_view, const std::function<void(Fields&)>&) override {}

private:
    hearing::RoomOptions& options_;
};

}  // namespace

hearing::RoomOptions room_options(const Parts& parts) {
    hearing::RoomOptions options;
    auto captions = std::ranges::find(parts.surfaces, "captions", &surfaces::SurfaceOffer::name);
    if (captions != parts.surfaces.end()) {
        HearingFields fields(options);
        captions->describe(fields);
    }
    return options;
}

}  // namespace repartee::app
