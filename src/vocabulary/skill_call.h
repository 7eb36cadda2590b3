// What a model may ask for, and what it gets back.
#pragma once

#include <boost/json/object.hpp>

#include <memory>
#include <string>

namespace repartee {

// How a skill presents itself to a model, whichever model it is.
struct SkillSchema {
    std::string name;                // [A-Za-z0-9_-]{1,64}
    std::string description;         // one sentence a model can act on
    boost::json::object parameters;  // JSON Schema of type "object"
};

// Made once by a skill, and shared by all prompts that show it: none of them changes it.
using SharedSchema = std::shared_ptr<const SkillSchema>;
inline SharedSchema shared(SkillSchema schema) {
    return std::make_shared<const SkillSchema>(std::move(schema));
}

// Untrusted: name and arguments come from a model and are checked before anything happens.
struct SkillCall {
    std::string id;  // names this call in the answer; made up where a provider gives none
    std::string name;
    boost::json::object arguments;
    // What the provider wants to see again when the call is told to it as history, by its own names; nobody
    // else reads it.
    boost::json::object extras = {};
};

}  // namespace repartee
