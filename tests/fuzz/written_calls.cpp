// What a model writes is understood the same however it arrives, and nothing is invented. The first byte says
// in which steps it comes.
#include "conversation/written_calls.h"

#include <boost/json.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string_view>

namespace {

using namespace repartee::conversation;

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

// Behind a character that no text of ours holds: the messages and calls, in order.
std::string read(std::string_view text, std::size_t step) {
    WrittenCalls filter;
    std::string all;
    auto take = [&](const std::vector<WrittenPiece>& pieces) {
        for (const auto& piece : pieces) {
            if (const auto* part = std::get_if<std::string>(&piece)) {
                require(!part->empty());
                all += *part;
                continue;
            }
            const auto& reply = std::get<WrittenReply>(piece);
            require(reply.calls.size() <= WrittenCalls::most_calls);
            all += '\0' + reply.message + '\0';
            for (const auto& call : reply.calls) {
                require(!call.name.empty());
                all += call.name + boost::json::serialize(call.parameters) + '\0';
            }
        }
    };
    for (std::size_t at = 0; at < text.size(); at += std::min(step, text.size() - at)) {
        take(filter.push(text.substr(at, step)));
    }
    take(filter.finish());
    return all;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    require(read(text, std::max<std::size_t>(text.size(), 1)) == read(text, std::size_t{data[0]} + 1));
    return 0;
}
