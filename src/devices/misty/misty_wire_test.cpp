#include "devices/misty/misty_wire.h"

#include "base/utf8.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

#include <limits>
#include <random>

namespace repartee::devices::misty {

namespace json = boost::json;
using namespace std::chrono_literals;

namespace {

const MistySettings here{.url = "http://192.168.1.20"};

struct Row {
    Command command;
    std::string path;
    std::string body;
};

TEST(MistyWire, CommandsAreWhatTheRobotUnderstands) {
    const Row rows[] = {
        {turn_head({.pitch = 10, .roll = -5, .yaw = 40}, 60), "head",
         R"({"Pitch":10,"Roll":-5,"Yaw":40,"Velocity":60})"},
        {turn_head({.pitch = 20}, 400ms), "head", R"({"Pitch":20,"Roll":0,"Yaw":0,"Duration":0.4})"},
        {turn_head({.pitch = 0.5}, 2s), "head", R"({"Pitch":0.5,"Roll":0,"Yaw":0,"Duration":2})"},
        {move_arm(Arm::Right, -29, 80), "arms", R"({"Arm":"right","Position":-29,"Velocity":80})"},
        {move_arm(Arm::Left, 0, 1), "arms", R"({"Arm":"left","Position":0,"Velocity":1})"},
        {move_arm(Arm::Both, 90, 100), "arms", R"({"Arm":"both","Position":90,"Velocity":100})"},
        {move_arms(-20, 80, 50), "arms/set",
         R"({"LeftArmPosition":-20,"RightArmPosition":80,"LeftArmVelocity":50,"RightArmVelocity":50})"},
        {show_colour({.red = 1, .green = 2, .blue = 255}), "led", R"({"red":1,"green":2,"blue":255})"},
        {drive_for(20, -30, 1500ms), "drive/time",
         R"({"LinearVelocity":20,"AngularVelocity":-30,"TimeMs":1500})"},
        {stop_driving(), "drive/stop", R"({"Hold":false})"},
        {halt(), "halt", "{}"},
        {speak("Guten Tag, \"Misty\"", "u7"), "tts/speak",
         R"({"Text":"Guten Tag, \"Misty\"","Flush":true,"UtteranceId":"u7"})"},
        {stop_speaking(), "tts/stop", "{}"},
        {stop_sound(), "audio/stop", "{}"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(row.command.path, row.path);
        EXPECT_EQ(row.command.body, json::parse(row.body)) << json::serialize(row.command.body);
    }
}

TEST(MistyWire, ValuesStayInTheDocumentedRanges) {
    const Row rows[] = {
        {turn_head({.pitch = -90, .roll = -90, .yaw = -90}, -1), "",
         R"({"Pitch":-40,"Roll":-40,"Yaw":-81,"Velocity":0})"},
        {turn_head({.pitch = 90, .roll = 90, .yaw = 90}, 1000), "",
         R"({"Pitch":26,"Roll":40,"Yaw":81,"Velocity":100})"},
        {turn_head({}, 0ms), "", R"({"Pitch":0,"Roll":0,"Yaw":0,"Duration":0.001})"},
        {turn_head({}, 24h), "", R"({"Pitch":0,"Roll":0,"Yaw":0,"Duration":60})"},
        {move_arm(Arm::Both, -45, 101), "", R"({"Arm":"both","Position":-29,"Velocity":100})"},
        {move_arms(-1e9, std::numeric_limits<double>::infinity(), -5), "",
         R"({"LeftArmPosition":-29,"RightArmPosition":90,"LeftArmVelocity":0,"RightArmVelocity":0})"},
        {drive_for(-101, 101, 99ms), "", R"({"LinearVelocity":-100,"AngularVelocity":100,"TimeMs":100})"},
        {drive_for(0, 0, 10min), "", R"({"LinearVelocity":0,"AngularVelocity":0,"TimeMs":60000})"},
    };
    for (const auto& row : rows) {
        EXPECT_EQ(row.command.body, json::parse(row.body)) << json::serialize(row.command.body);
    }
}

TEST(MistyWire, KnowsWhatHaltWouldHalt) {
    EXPECT_TRUE(turn_head({}, 10).moves);
    EXPECT_TRUE(turn_head({}, 1s).moves);
    EXPECT_TRUE(move_arm(Arm::Left, 0, 10).moves);
    EXPECT_TRUE(move_arms(0, 0, 10).moves);
    EXPECT_TRUE(drive_for(0, 10, 1s).moves);
    for (const auto& still :
         {show_colour({}), stop_driving(), halt(), speak("", ""), stop_speaking(), stop_sound()}) {
        EXPECT_FALSE(still.moves) << still.path;
    }
}

TEST(MistyWire, UrlsAreTakenAsPeopleWriteThem) {
    for (const auto* url : {"http://192.168.1.20", "http://192.168.1.20/", "192.168.1.20", "192.168.1.20/api",
                            "http://192.168.1.20/api/", "http://192.168.1.20//"}) {
        EXPECT_EQ(url_of({.url = url}, "drive/time"), "http://192.168.1.20/api/drive/time") << url;
        EXPECT_EQ(name_of_robot({.url = url}), "Misty at http://192.168.1.20") << url;
    }
    EXPECT_EQ(url_of({.url = "https://robots.example:8443/misty"}, "halt"),
              "https://robots.example:8443/misty/api/halt");
    // Somebody's shorthand for a password; it goes nowhere that people look.
    EXPECT_EQ(name_of_robot({.url = "http://me:secret@robot.local?key=secret"}),
              "Misty at http://robot.local");
}

TEST(MistyWire, TellsAYesFromANo) {
    struct Reply {
        int status;
        std::string body;
        std::string message;  // empty: the robot has taken the command
        bool is_working = true;
    };
    const Reply replies[] = {
        {200, R"({"result":true,"status":"Success"})", ""},
        {200, R"({"Result":[{"a":1}],"Status":"Success"})", ""},
        {200, R"({"status":"Success"})", ""},
        {200, "", ""},
        {200, R"({"error":"Cannot drive while charging.","status":"Failed"})",
         "The robot refused head: Cannot drive while charging."},
        {400, R"({"error":"Give either velocity or duration","status":"Failed"})",
         "The robot refused head: Give either velocity or duration."},
        {500, R"({"status":"Failed"})", "The robot refused head: HTTP 500."},
        {500, R"({"status":"Failed","error":7})", "The robot refused head: HTTP 500."},
        {400, R"({"status":"Success"})", "The robot refused head: HTTP 400."},
        {503, "", "The robot is updating itself. Try again in a few minutes.", false},
        {503, R"({"status":"Failed"})", "The robot is updating itself. Try again in a few minutes.", false},
        {200, "<html>",
         "What answers at http://192.168.1.20 is not a Misty robot (HTTP 200). Is MISTY_URL right?", false},
        {404, "nothing here",
         "What answers at http://192.168.1.20 is not a Misty robot (HTTP 404). Is MISTY_URL right?", false},
        {200, "[]",
         "What answers at http://192.168.1.20 is not a Misty robot (HTTP 200). Is MISTY_URL right?", false},
        {200, R"({"status":7})",
         "What answers at http://192.168.1.20 is not a Misty robot (HTTP 200). Is MISTY_URL right?", false},
    };
    for (const auto& reply : replies) {
        auto verdict = verdict_on("head", reply.status, reply.body, here);
        EXPECT_EQ(verdict.is_working, reply.is_working) << reply.status << reply.body;
        EXPECT_EQ(verdict.refusal ? verdict.refusal->message : "", reply.message);
        if (verdict.refusal) {
            EXPECT_EQ(verdict.refusal->kind, ErrorKind::ProviderBroke);
        }
    }
}

TEST(MistyWire, AComplaintBecomesOneShortValidLine) {
    auto verdict = verdict_on(
        "head", 400,
        "{\"status\":\"Failed\",\"error\":\"one\\r\\ntwo \xff" + std::string(10'000, 'x') + "\"}", here);
    ASSERT_TRUE(verdict.refusal);
    auto message = verdict.refusal->message;
    EXPECT_TRUE(message.starts_with("The robot refused head: one  two \xEF\xBF\xBDxxx")) << message;
    EXPECT_LT(message.size(), 400u);
    EXPECT_EQ(message.find('\n'), message.npos);
}

TEST(MistyWire, AnyBytesAreAnAnswer) {
    const std::string good =
        R"({"result":[1,2.5,null],"status":"Failed","error":"Cannot \u00e9 \ud83d\ude00"})";
    std::mt19937 random(7);
    for (int round = 0; round < 5'000; ++round) {
        auto bytes = good;
        for (auto changes = random() % 6; changes > 0; --changes) {
            bytes[random() % bytes.size()] = static_cast<char>(random());
        }
        bytes.resize(random() % (bytes.size() + 1));
        auto verdict = verdict_on("head", 200, bytes, here);
        if (verdict.refusal) {
            EXPECT_TRUE(is_utf8(verdict.refusal->message)) << round;
        }
    }
    EXPECT_TRUE(verdict_on("head", 200, std::string(100'000, '['), here).refusal);
}

TEST(MistyWire, FailuresOfTheNetworkSayWhatToDo) {
    struct Row {
        ErrorKind from;
        ErrorKind to;
        std::string beginning;
    };
    const Row rows[] = {
        {ErrorKind::Unavailable, ErrorKind::Unavailable,
         "Nobody answers at http://192.168.1.20. Is the robot on and in this network"},
        {ErrorKind::Malformed, ErrorKind::Unavailable, "MISTY_URL is not an address that can be called"},
        {ErrorKind::ProviderLate, ErrorKind::ProviderLate,
         "The robot at http://192.168.1.20 does not answer in time"},
        {ErrorKind::ProviderBroke, ErrorKind::ProviderBroke,
         "The robot at http://192.168.1.20 broke off its answer"},
        {ErrorKind::TooLarge, ErrorKind::ProviderBroke,
         "The robot at http://192.168.1.20 broke off its answer"},
    };
    for (const auto& row : rows) {
        auto error = error_from_client({row.from, "what the client said", "in detail"}, here);
        EXPECT_EQ(error.kind, row.to);
        EXPECT_TRUE(error.message.starts_with(row.beginning)) << error.message;
    }
}

}  // namespace

}  // namespace repartee::devices::misty
