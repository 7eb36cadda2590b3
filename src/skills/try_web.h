// For tests of skills that ask somebody on the web: who answers is a peer on this machine that says what it
// was told to.
#pragma once

#include "base/together.h"
#include "net/test_peer.h"
#include "skills/skill.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace repartee::skills {

inline std::string web_answer(std::string_view body, std::string_view type = "application/json",
                              int status = 200) {
    return fmt::format("HTTP/1.1 {} Whatever\r\nContent-Type: {}\r\nContent-Length: {}\r\n\r\n{}", status,
                       type, body.size(), body);
}

class TryWeb {
public:
    asio::io_context context;
    SystemClock clock;
    net::TestPeer peer{context};
    net::HttpClient http{clock, nullptr};
    std::deque<std::string> answers;  // one for each request, whole; then none
    std::vector<std::string> asked;   // the lines that begin the requests

    // Throws Failure as the skill does, and when the arguments do not fit.
    SkillResult ask(Skill& skill, std::string_view arguments) {
        auto checked = check_arguments(*skill.schema(), boost::json::parse(arguments).as_object());
        auto fitting = std::move(checked.value());
        SkillResult result;
        net::run_to_end(context, run(skill, std::move(fitting), result));
        return result;
    }

private:
    awaitable<void> run(Skill& skill, boost::json::object arguments, SkillResult& result) {
        co_await first_of(run_alone(skill, std::move(arguments), result), serve());
    }
    awaitable<void> run_alone(Skill& skill, boost::json::object arguments, SkillResult& result) {
        result = co_await skill.run(std::move(arguments));
    }
    awaitable<void> serve() {
        for (;;) {
            auto connection = co_await peer.accept();
            for (;;) {
                auto request = co_await connection.request();
                if (request.empty()) {
                    break;
                }
                asked.push_back(request.substr(0, request.find("\r\n")));
                last_request = request;
                if (answers.empty()) {
                    co_await connection.until_closed();
                    break;
                }
                auto said = answers.front();
                answers.pop_front();
                co_await connection.say(said);
            }
        }
    }

public:
    std::string last_request;
};

}  // namespace repartee::skills
