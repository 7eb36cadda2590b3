// What people say about the form of the answer they want: "... in bullet points", "long answer".
//
// Such phrases are not part of the question. They are taken out of it and become instructions to the
// model; the reply is then brought into the form that was asked for. Pure.
#pragma once

#include <string>
#include <string_view>

namespace repartee::surfaces::misty {

enum class Layout { Prose, List, Table };

struct SpokenStyle {
    std::string question;      // without the phrases; the whole transcript when nothing else is in it
    std::string instructions;  // sentences for the model; empty when nothing was asked for
    int token_limit = 150;     // of the answer
    Layout layout = Layout::Prose;
};

SpokenStyle spoken_style(std::string_view transcript);

// A reply may have been cut off by the token limit. Prose ends with its last whole sentence, a list
// loses an item that was cut, a table keeps the lines with columns; what has none of these stays.
std::string finished(std::string_view reply, Layout layout);

}  // namespace repartee::surfaces::misty
