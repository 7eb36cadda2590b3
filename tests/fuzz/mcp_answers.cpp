// What a server of tools says is a frame or is called none, whatever it is; a tool is offered or left out
// with a reason; and what reaches a model of it is bounded and UTF-8.
#include "base/utf8.h"
#include "mcp/client/era.h"
#include "mcp/client/offered_tools.h"
#include "mcp/json_rpc.h"
#include "mcp/protocol.h"
#include "mcp/tool.h"

#include <boost/json.hpp>

#include <cstdint>
#include <cstdlib>

using namespace repartee::mcp;
namespace json = boost::json;

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void check_tools(const json::object& result) {
    const auto* tools = result.if_contains("tools");
    if (!tools || !tools->is_array()) {
        return;
    }
    client::ServerSettings settings{.name = "home"};
    auto list = client::offered_tools(settings, tools->get_array());
    require(list.tools.size() <= client::most_tools);
    for (const auto& tool : list.tools) {
        const auto& schema = *tool->schema;
        require(schema.name.starts_with("home_") && schema.name.size() <= 64);
        require(repartee::is_utf8(schema.description) && schema.description.size() < 1100);
        require(json::serialize(schema.parameters).size() < 20'000);
        repartee::skills::check_arguments(schema, {{"a", 1}, {"b", json::array{json::object()}}});
        for (const auto& header : tool->headers) {
            header_value_of(header, {{"a", "b"}});
        }
    }
    for (const auto& left_out : list.left_out) {
        require(!left_out.why.empty());
    }
}

void check(std::string_view text) {
    auto message = parse_message(text, Batches::Allowed);
    require(!message.frames.empty() && message.frames.size() <= most_frames);
    for (const auto& frame : message.frames) {
        auto again = parse_message(write(frame), Batches::Refused);
        require(again.frames.size() == 1);
        // What could not be read is written as an error, and anything else as what it is.
        require(std::holds_alternative<Unreadable>(frame)
                    ? std::holds_alternative<ErrorReply>(again.frames[0])
                    : again.frames[0].index() == frame.index());
        if (const auto* reply = std::get_if<Reply>(&frame)) {
            check_tools(reply->result);
            if (auto result = parse_result(reply->result)) {
                auto words = client::words_of("home", *result);
                require(!words.empty() && words.size() < 6200 && repartee::is_utf8(words));
            }
            client::Answer answer{.result = reply->result};
            (void)client::era_by_probe(answer, client::Transport::Http);
            (void)client::version_agreed(answer);
        }
    }
    if (repartee::is_utf8(text)) {
        require(from_header_value(to_header_value(text)) == std::string(text));
    }
    (void)from_header_value(text);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    check({reinterpret_cast<const char*>(data), size});
    return 0;
}
