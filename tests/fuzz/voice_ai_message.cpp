// What a client can send to the accounts API, as a frame of its stream or as the body, the query and the form
// of a request: any of it is taken as the schema has it, or what is wrong with it is said as JSON.
#include "surfaces/voice_ai/container_end.h"
#include "surfaces/voice_ai/messages.h"
#include "surfaces/voice_ai/validation.h"
#include "surfaces/voice_ai/wire.h"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdint>
#include <cstdlib>

namespace json = boost::json;
namespace voice_ai = repartee::surfaces::voice_ai;

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

void read_frame(std::string_view text) {
    auto message = voice_ai::parse_stream_message(text);
    if (auto* words = std::get_if<voice_ai::Words>(&message)) {
        require(words->content.find('\0') == std::string::npos);
        require(json::parse(voice_ai::reply(words->content, {}, words->content)).is_object());
    } else if (auto* unusable = std::get_if<voice_ai::Unusable>(&message)) {
        require(!unusable->why.empty());
    }
}

// What is taken is what the schema has; what is not is told.
void read_body(const voice_ai::Operation& operation, const repartee::net::Request& request) {
    voice_ai::Input input;
    try {
        input = voice_ai::read_input(operation, request);
    } catch (const repartee::Failure& failure) {
        require(failure.error().kind == repartee::ErrorKind::Malformed);
        return;
    }
    if (!input.issues.empty()) {
        auto told = json::parse(voice_ai::unprocessable(request, input.issues).body);
        require(told.at("detail").as_array().size() == input.issues.size());
        return;
    }
    const auto& schema = voice_ai::components().at(operation.body->schema).as_object();
    json::object again;
    voice_ai::Issues issues;
    for (const auto& [name, value] : input.body) {
        const auto& property = schema.at("properties").as_object().at(name).as_object();
        again[name] = voice_ai::checked(property, value, {"body"}, issues);
    }
    require(issues.empty() && again == input.body);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view text(reinterpret_cast<const char*>(data), size);
    read_frame(text);
    auto mark = voice_ai::mark_in(text);
    require(!mark || text.empty() || voice_ai::mark_in(voice_ai::text_of(*mark)).has_value());
    voice_ai::length_of_recording(std::as_bytes(std::span(text.data(), text.size())));
    for (const auto& operation : voice_ai::operations()) {
        if (!operation.body) {
            continue;
        }
        for (const char* type :
             {"application/json", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"}) {
            repartee::net::Request request;
            request.id = "r";
            request.body = text;
            request.query = text.substr(0, 200);
            request.path_parameters = {{"id", std::string(text.substr(0, 50))}};
            request.headers.add("Content-Type", type);
            read_body(operation, request);
        }
    }
    return 0;
}
