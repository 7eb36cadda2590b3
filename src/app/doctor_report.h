// How the doctor's findings are written down: a line each, what to type below, in words that can be read
// aloud.
#pragma once

#include <string_view>

namespace repartee::app {

enum class Finding {
    Good,
    Bad,
    Absent,  // and nobody minds
};

class Report {
public:
    virtual ~Report() = default;
    // "Engines"
    virtual void heading(std::string_view heading) = 0;
    // What is to be typed where something is bad comes with it.
    virtual void line(Finding finding, std::string_view subject, std::string_view words,
                      std::string_view advice = {}) = 0;
    // "repartee models pull silero", for who would have the last line better.
    virtual void advice(std::string_view advice) = 0;
};

// To standard output:
//   ok   address      nothing is listening on port 8000 yet
//        -> repartee models pull silero
class PrintedReport final : public Report {
public:
    void heading(std::string_view heading) override;
    void line(Finding finding, std::string_view subject, std::string_view words,
              std::string_view advice = {}) override;
    void advice(std::string_view advice) override;
};

}  // namespace repartee::app
