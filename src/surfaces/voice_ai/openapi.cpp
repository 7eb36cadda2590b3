#include "surfaces/voice_ai/openapi.h"

#include "surfaces/voice_ai/stream_description.h"

#include <algorithm>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

// Of what is described, not of the program: it moves when clients have to.
constexpr auto api_version = "1.0.0";

constexpr auto introduction =
    R"(Accounts, conversation, memory and skills of a voice agent.

`POST /api/v1/auth/register` makes an account, `POST /api/v1/auth/token` logs in. The `access_token` of either goes with
every further request, as `Authorization: Bearer`, and decides whose data it is about. A device gets an API key
(`POST /api/v1/account/keys`), which goes the same way and may do what its scopes say. Where the server's settings let
guests in, a conversation needs neither.

Errors are JSON with a `detail`: a sentence, or for 422 a list of what is wrong where. 429 and 503 say in `Retry-After` when
to try again.)";

// FastAPI's name for it, and a name beside it.
constexpr auto by_password = "OAuth2PasswordBearer";
constexpr auto by_key = "APIKeyBearer";

json::object named_schema(std::string_view name) {
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

// --- an answer ---

// What clients can rely on to find in the head.
json::object headers_of(int status) {
    auto header = [](std::string_view description, std::string_view type) {
        return json::object{{"description", description}, {"schema", json::object{{"type", type}}}};
    };
    switch (status) {
        case 401: return {{"WWW-Authenticate", header("`Bearer`.", "string")}};
        case 429:
        case 503: return {{"Retry-After", header("Seconds until another try makes sense.", "integer")}};
        default: return {};
    }
}

json::object response_of(const Answer& answer) {
    json::object response{{"description", answer.description}};
    if (auto headers = headers_of(answer.status); !headers.empty()) {
        response["headers"] = std::move(headers);
    }
    if (!answer.schema.empty()) {
        auto schema = named_schema(answer.schema);
        if (answer.is_list) {
            schema = {{"type", "array"}, {"items", std::move(schema)}};
        }
        response["content"] = json::object{{"application/json", json::object{{"schema", std::move(schema)}}}};
    }
    return response;
}

json::object responses_of(const Operation& operation) {
    auto answers = operation.answers;
    std::ranges::stable_sort(answers, {}, &Answer::status);
    json::object responses;
    for (const auto& answer : answers) {
        responses[std::to_string(answer.status)] = response_of(answer);
    }
    return responses;
}

// --- a question ---

json::object parameter_of(const Parameter& parameter) {
    bool in_path = parameter.in == Parameter::In::Path;
    return {{"name", parameter.name},
            {"in", in_path ? "path" : "query"},
            {"required", in_path || parameter.required},
            {"description", parameter.description},
            {"schema", parameter.schema}};
}

json::object body_of(const RequestBody& body) {
    json::object content;
    for (const auto& type : body.media_types) {
        content[type] = json::object{{"schema", named_schema(body.schema)}};
    }
    return {{"required", true}, {"content", std::move(content)}};
}

bool takes_keys(const Operation& operation) {
    return operation.caller != Caller::Anyone && operation.caller != Caller::Person &&
           !operation.scope.empty();
}

// Alternatives; an empty one is nobody in particular.
json::array security_of(const Operation& operation) {
    json::array alternatives;
    if (operation.caller == Caller::Anyone) {
        return alternatives;
    }
    alternatives.push_back(json::object{{by_password, json::array{}}});
    if (takes_keys(operation)) {
        alternatives.push_back(json::object{{by_key, json::array{}}});
    }
    if (operation.caller == Caller::Guest) {
        alternatives.push_back(json::object{});
    }
    return alternatives;
}

std::string description_of(const Operation& operation) {
    std::string description;
    if (operation.caller == Caller::Guest) {
        description = "Without a token where the settings let guests in. ";
    }
    if (takes_keys(operation)) {
        description += "API keys need the scope `" + operation.scope + "`.";
    } else if (operation.caller == Caller::User || operation.caller == Caller::Person) {
        description += "Not for API keys.";
    }
    return description;
}

json::object described(const Operation& operation) {
    json::object description{{"tags", json::array{operation.tag}},
                             {"summary", operation.summary},
                             {"operationId", operation_id(operation)}};
    if (auto words = description_of(operation); !words.empty()) {
        description["description"] = words;
    }
    if (!operation.parameters.empty()) {
        json::array parameters;
        for (const auto& parameter : operation.parameters) {
            parameters.push_back(parameter_of(parameter));
        }
        description["parameters"] = std::move(parameters);
    }
    if (operation.body) {
        description["requestBody"] = body_of(*operation.body);
    }
    description["responses"] = responses_of(operation);
    description["security"] = security_of(operation);
    return description;
}

// --- what is around them ---

std::string lower_case(std::string text) {
    std::ranges::transform(text, text.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? char(c + 32) : c; });
    return text;
}

std::string full_path(const Operation& operation) {
    return std::string(prefix) + operation.path;
}

json::object paths_of(const std::vector<Operation>& operations) {
    json::object paths;
    for (const auto& operation : operations) {
        auto path = full_path(operation);
        auto& methods = paths[path].is_object() ? paths[path].get_object() : paths[path].emplace_object();
        methods[lower_case(operation.method)] = described(operation);
    }
    return paths;
}

json::array described(const std::vector<Tag>& tags) {
    json::array all;
    for (const auto& tag : tags) {
        all.push_back(json::object{{"name", tag.name}, {"description", tag.description}});
    }
    return all;
}

json::object security_schemes() {
    json::object password_flow{{"tokenUrl", std::string(prefix) + "/auth/token"}, {"scopes", json::object{}}};
    return {
        {by_password,
         json::object{
             {"type", "oauth2"},
             {"description", "E-mail address and password; the token goes as `Authorization: Bearer`."},
             {"flows", json::object{{"password", std::move(password_flow)}}}}},
        {by_key, json::object{{"type", "http"},
                              {"scheme", "bearer"},
                              {"description", "A device's API key, made at `POST /api/v1/account/keys`."}}}};
}

}  // namespace

std::string operation_id(const Operation& operation) {
    auto id = operation.id + full_path(operation);
    std::ranges::replace_if(
        id,
        [](char c) {
            bool is_word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
            return !is_word && c != '_';
        },
        '_');
    return id + "_" + lower_case(operation.method);
}

json::object openapi(const std::vector<Operation>& operations, const std::vector<Tag>& tags,
                     const json::object& schemas) {
    json::object info{
        {"title", "repartee"},
        {"summary", "A voice agent with accounts, memory and skills"},
        {"description", std::string(introduction) + "\n\n" + std::string(stream_introduction())},
        {"license", json::object{{"name", "MIT"}, {"identifier", "MIT"}}},
        {"version", api_version}};
    return {
        {"openapi", "3.1.0"},
        {"info", std::move(info)},
        {"servers", json::array{json::object{{"url", "/"}, {"description", "Where this document is from."}}}},
        {"tags", described(tags)},
        {"paths", paths_of(operations)},
        {"components", json::object{{"schemas", schemas}, {"securitySchemes", security_schemes()}}},
        // OpenAPI knows no WebSockets; who looks for one finds it here, in its own form.
        {"x-websocket", stream_description()}};
}

}  // namespace repartee::surfaces::voice_ai
