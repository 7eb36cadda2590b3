#include "devices/misty/sequences.h"

namespace repartee::devices::misty {

namespace {

using namespace std::chrono_literals;

constexpr double brisk = 80;    // percent: arms
constexpr double relaxed = 60;  // percent: the head
constexpr double arm_down = 90;
constexpr double arm_high = -29;

Sequence nod() {
    Sequence nods;
    for (int i = 0; i < 2; ++i) {
        for (double pitch : {20.0, -10.0, 0.0}) {
            nods.push_back({turn_head({.pitch = pitch}, 400ms), 450ms});
        }
    }
    return nods;
}

Sequence look(double yaw) {
    return {{turn_head({.yaw = yaw}, relaxed), 800ms}};
}

Sequence wave() {
    Sequence waves{{move_arm(Arm::Right, arm_high, brisk), 500ms}};
    for (int i = 0; i < 3; ++i) {
        waves.push_back({move_arm(Arm::Right, 10, brisk), 350ms});
        waves.push_back({move_arm(Arm::Right, arm_high, brisk), 350ms});
    }
    waves.push_back({move_arm(Arm::Right, arm_down, brisk), 600ms});
    return waves;
}

// Eight beats at 120 to the minute: arms, head and wheels go left and right by turns, so that the
// robot ends where it began. The colours stand still, so that a dance that is cut leaves no blinking.
Sequence dance(Colour afterwards) {
    constexpr auto beat = 500ms;
    constexpr Colour pink{.red = 255, .green = 0, .blue = 120};
    constexpr Colour green{.red = 0, .green = 255, .blue = 80};
    Sequence steps;
    for (int i = 0; i < 8; ++i) {
        double side = i % 2 == 0 ? 1 : -1;
        steps.push_back({show_colour(i % 2 == 0 ? pink : green)});
        steps.push_back({move_arms(30 - side * 50, 30 + side * 50, brisk)});
        steps.push_back({turn_head({.roll = side * 20}, beat - 100ms)});
        steps.push_back({drive_for(0, side * 40, beat - 100ms), beat});
    }
    steps.push_back({move_arms(80, 80, brisk)});
    steps.push_back({turn_head({}, beat)});
    steps.push_back({show_colour(afterwards)});
    steps.push_back({stop_driving(), beat});
    return steps;
}

Sequence drive(double linear, double angular, std::chrono::milliseconds duration) {
    return {{drive_for(linear, angular, duration), duration}};
}

}  // namespace

Sequence sequence_of(Action action, Colour colour) {
    switch (action) {
        case Action::Nod: return nod();
        case Action::LookLeft: return look(40);
        case Action::LookRight: return look(-40);
        case Action::Wave: return wave();
        case Action::Dance: return dance(colour);
        case Action::TurnLeft: return drive(0, 30, 1500ms);
        case Action::TurnRight: return drive(0, -30, 1500ms);
        case Action::MoveForward: return drive(20, 0, 1000ms);
        case Action::LedColor: return {{show_colour(colour)}};
        case Action::Stop: break;
    }
    return {{halt()}, {stop_driving()}, {stop_speaking()}, {stop_sound()}};
}

}  // namespace repartee::devices::misty
