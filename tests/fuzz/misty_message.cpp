// What a page can post, what a recogniser may have heard, and what a model may have written: any of it
// is understood or refused, and a reply is cut but never made up.
#include "surfaces/misty/messages.h"
#include "surfaces/misty/spoken_style.h"

#include <cstdint>
#include <cstdlib>

namespace misty = repartee::surfaces::misty;

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    if (auto message = misty::parse_test(text)) {
        misty::test_reply(*message);
    }
    if (auto action = misty::parse_action(text); !action) {
        require(!action.error().message.empty());
    }
    misty::colour_named(text);

    auto style = misty::spoken_style(text);
    require(style.question.size() <= text.size());
    require(style.question.empty() == text.empty());
    require(style.token_limit == 150 || style.token_limit == 300);

    for (auto layout : {misty::Layout::Prose, misty::Layout::List, misty::Layout::Table}) {
        auto reply = misty::finished(text, layout);
        require(reply.size() <= text.size());
        require(layout == misty::Layout::Table || text.find(reply) != std::string_view::npos);
        require(misty::finished(reply, misty::Layout::Prose).size() <= reply.size());
    }
    return 0;
}
