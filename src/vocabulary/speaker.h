// Somebody who is told from others by the voice alone: no name, only a number.
#pragma once

namespace repartee {

struct Speaker {
    int number = 1;  // 1 is who was heard first
    // Whether there was voice enough to be sure; otherwise it is the most likely one.
    bool sure = true;

    friend bool operator==(const Speaker&, const Speaker&) = default;
};

}  // namespace repartee
