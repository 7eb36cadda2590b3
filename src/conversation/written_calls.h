// Takes the calls of skills out of what a model writes.
//
// A model that has no calls of its own is told to write one JSON object instead of an answer
// (prompt.h), and small models write such objects whatever they are told:
//
//     {"message": "Calling Mom.", "action": {"name": "call", "params": {"target": "Mom"}}}
//
// Nobody shall see or hear that: the message is what the model says, the action is a call. Any other
// text passes as it is and at once, JSON that somebody asked for included; only what may be such an
// object is held back until its end is here. Untrusted: names and parameters are what a model wrote.
// A pure value, one per answer; how the text arrives, in one piece or by the byte, changes nothing.
#pragma once

#include <boost/json/object.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace repartee::conversation {

struct WrittenCall {
    std::string name;  // in small letters; nobody knows yet whether there is such a skill
    boost::json::object parameters;
    bool needs_confirmation = false;  // as the model sees it
};

// One object: what is to be said, and what is to be done.
struct WrittenReply {
    std::string message;             // may be empty
    std::vector<WrittenCall> calls;  // may be empty
};

// Text to show, or an object that is not to be shown.
using WrittenPiece = std::variant<std::string, WrittenReply>;

// Understood are, whole or in a block of code (```json), alone, one after the other or with text around:
//   * {"message" or "response", "action": {"name", "params", "needs_confirmation"} or null}, with
//     "parameters", "arguments" or "args" for "params" (also as JSON in a string, or beside the name),
//     the name alone in place of the action, a list of actions;
//   * {"name", "parameters"} and {"function": {...}}: calls as providers write them;
//   * lists of these, one of these as the only member of another object or as its message;
//   * {"message"} or {"response"} alone, if that is all there is.
// What is broken, cut off, too long or too deep and was to be such an object says its message, if that
// can be read, and calls nothing.
class WrittenCalls {
public:
    // What is certain by now, in order.
    std::vector<WrittenPiece> push(std::string_view delta);
    // No more is coming.
    std::vector<WrittenPiece> finish();

    // Bytes of an object that is held back. Longer is no call.
    static constexpr std::size_t longest_object = 16 << 10;
    // Of one object.
    static constexpr std::size_t most_calls = 8;

private:
    enum class More { Coming, None };

    // Where a value ends: tells brackets from those in strings.
    class Bounds {
    public:
        // True for the last character of the value. The first must be an opening bracket.
        bool ended_by(char character);

    private:
        std::size_t depth_ = 0;
        bool in_string_ = false;
        bool escaped_ = false;
    };

    // Something that may be an object of ours.
    struct Capture {
        std::size_t value = 0;  // where it begins in `held_`; before that its wrapping
        std::string closing;    // what ends the wrapping: "```"; empty: there is none
        Bounds bounds;
        std::size_t looked_at = 0;          // bytes of `held_`
        std::optional<std::size_t> end;     // where it ends in `held_`
        std::optional<WrittenReply> reply;  // what it says, if it is one of ours,
        bool if_alone = false;              // and if it is all there is
    };

    std::vector<WrittenPiece> read(More more);
    // Each takes something from the front of `held_`, or has to wait: false.
    bool read_text(More more);
    bool read_code(More more);
    bool read_value(More more);
    bool skip_rest_of_value();

    void give_up_value();
    void take_value(std::size_t length, WrittenReply reply);
    void show_value(std::size_t length);
    void show(std::string_view text);

    std::string held_;
    std::optional<Capture> capture_;
    std::optional<Bounds> endless_;  // a value that was too long: the rest of it is not shown either
    bool in_code_ = false;           // in a block of code that is none of ours
    std::string closing_;            // ends the wrapping of what was taken; not to be shown
    std::string leading_;            // white space before all else: shown only if text follows
    bool anything_ = false;          // there was something before
    bool behind_reply_ = false;
    char last_shown_ = '\0';
    std::vector<WrittenPiece> pieces_;
};

}  // namespace repartee::conversation
