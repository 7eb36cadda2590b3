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

// "Engines"
void report_heading(std::string_view heading);
// "  ok   address      nothing is listening on port 8000 yet"
void report(Finding finding, std::string_view subject, std::string_view words, std::string_view advice = {});
// "       -> repartee models pull silero", for who would have it better.
void report_advice(std::string_view advice);

}  // namespace repartee::app
