// For tests of skills: one call from beginning to end, on a loop of its own.
#pragma once

#include "skills/skill.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json.hpp>

#include <exception>
#include <string_view>

namespace repartee::skills {

// `arguments` is JSON, as a model would write it. Throws Failure when they do not fit the schema.
inline SkillResult try_skill(Skill& skill, std::string_view arguments) {
    auto checked = check_arguments(*skill.schema(), boost::json::parse(arguments).as_object());
    auto fitting = std::move(checked.value());
    asio::io_context context;
    SkillResult outcome;
    std::exception_ptr failure;
    asio::co_spawn(context, skill.run(std::move(fitting)),
                   [&](std::exception_ptr exception, SkillResult result) {
                       failure = exception;
                       outcome = std::move(result);
                   });
    context.run();
    if (failure) {
        std::rethrow_exception(failure);
    }
    return outcome;
}

}  // namespace repartee::skills
