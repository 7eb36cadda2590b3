// Something wrong in the settings, told so that a person can put it right without looking anything up.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace repartee::config {

struct Mistake {
    // In the order they are reported, which is the order in which one layer overrides the one before.
    enum class Layer { File, DotEnv, Environment };

    Layer layer = Layer::File;
    std::string source = {};   // "repartee.toml", ".env", "environment"
    int line = 0;              // from 1; 0: of the source as a whole
    int column = 0;            // from 1, in characters; 0: of the line as a whole
    std::string subject = {};  // "server.port", or the variable's name; may be empty
    std::string message = {};  // what was found and what is allowed; a secret's value is never in it

    friend bool operator==(const Mistake&, const Mistake&) = default;
};

using Mistakes = std::vector<Mistake>;

// "repartee.toml:3:8: server.port: found "abc"; it must be a whole number from 1 to 65535"
std::string to_text(const Mistake& mistake);

// One mistake a line, each line ended.
std::string to_text(const Mistakes& mistakes);

// What somebody wrote, made fit to be shown: cut short, control characters and bytes that are no
// UTF-8 replaced, so that a broken file cannot play tricks on the terminal.
std::string presentable(std::string_view text, std::size_t most_characters = 60);

}  // namespace repartee::config
