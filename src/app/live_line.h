// The line at the bottom of a terminal that shows a call as it goes: both levels, and the words that are
// just being said. Nothing where there is no terminal.
#pragma once

#include <ostream>
#include <string>
#include <string_view>

namespace repartee::app {

struct LiveState {
    float microphone = 0;  // loudness, root mean square, 0 to 1
    float reply = 0;
    std::string words;  // the latest, whoever says them
};

// "you [######    ]  repartee [          ]  what ti", at most `columns` wide. Pure.
std::string live_line(const LiveState& state, std::size_t columns);

class LiveLine {
public:
    explicit LiveLine(std::ostream& out);
    ~LiveLine() { clear(); }

    void show(const LiveState& state);
    // Makes the line free for something that stays.
    void clear();

private:
    std::ostream& out_;
    bool terminal_;
    bool shown_ = false;
};

}  // namespace repartee::app
