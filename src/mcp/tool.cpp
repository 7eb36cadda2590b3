#include "mcp/tool.h"

#include "mcp/protocol.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace repartee::mcp {

namespace json = boost::json;

namespace {

constexpr std::string_view header_keyword = "x-mcp-header";
// Headers that one tool may have.
constexpr std::size_t most_headers = 32;

Error unfit(std::string message) {
    return {ErrorKind::Unprocessable, std::move(message), {}};
}

std::string text_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    const auto* text = value ? value->if_string() : nullptr;
    return text ? std::string(*text) : std::string();
}

const json::object* object_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value ? value->if_object() : nullptr;
}

std::optional<bool> truth_at(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value && value->is_bool() ? std::optional(value->get_bool()) : std::nullopt;
}

ToolHints hints_in(const json::object& tool) {
    const auto* annotations = object_at(tool, "annotations");
    if (!annotations) {
        return {};
    }
    return {.read_only = truth_at(*annotations, "readOnlyHint"),
            .destructive = truth_at(*annotations, "destructiveHint"),
            .idempotent = truth_at(*annotations, "idempotentHint"),
            .open_world = truth_at(*annotations, "openWorldHint")};
}

json::object to_json(const ToolHints& hints) {
    json::object written;
    auto add = [&](std::string_view key, std::optional<bool> hint) {
        if (hint) {
            written[key] = *hint;
        }
    };
    add("readOnlyHint", hints.read_only);
    add("destructiveHint", hints.destructive);
    add("idempotentHint", hints.idempotent);
    add("openWorldHint", hints.open_world);
    return written;
}

Content content_in(const json::object& item) {
    Content content{.type = text_at(item, "type")};
    if (content.type == "resource") {
        const auto* resource = object_at(item, "resource");
        if (resource) {
            content.text = text_at(*resource, "text");
            content.name = text_at(*resource, "uri");
            content.media_type = text_at(*resource, "mimeType");
        }
        return content;
    }
    content.text = content.type == "text" ? text_at(item, "text") : std::string();
    content.name = text_at(item, "name");
    if (content.name.empty()) {
        content.name = text_at(item, "uri");
    }
    content.media_type = text_at(item, "mimeType");
    return content;
}

bool is_header_name(std::string_view text) {
    return !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
    });
}

bool same_without_case(std::string_view one, std::string_view other) {
    auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
    return std::ranges::equal(one, other, {}, lower, lower);
}

// How often a keyword occurs anywhere in a schema. A property of that name is none.
std::size_t occurrences(const json::value& value) {
    std::size_t count = 0;
    if (const auto* object = value.if_object()) {
        for (const auto& [key, each] : *object) {
            count += key == header_keyword && each.is_string() ? 1 : occurrences(each);
        }
    } else if (const auto* array = value.if_array()) {
        for (const auto& each : *array) {
            count += occurrences(each);
        }
    }
    return count;
}

Result<void> gather(const json::object& schema, std::vector<std::string>& path,
                    std::vector<ParameterHeader>& found) {
    const auto* properties = object_at(schema, "properties");
    if (!properties) {
        return {};
    }
    for (const auto& [key, value] : *properties) {
        const auto* property = value.if_object();
        if (!property) {
            continue;
        }
        path.emplace_back(key);
        if (const auto* keyword = property->if_contains(header_keyword)) {
            auto type = text_at(*property, "type");
            auto header = text_at(*property, header_keyword);
            if (!keyword->is_string() || !is_header_name(header)) {
                return unfit(
                    fmt::format("{} of '{}' is no header's name", header_keyword, std::string_view(key)));
            }
            if (type != "string" && type != "integer" && type != "boolean") {
                return unfit(fmt::format("'{}' cannot go into a header", std::string_view(key)));
            }
            header.insert(0, headers::parameter_prefix);
            bool again = std::ranges::any_of(
                found, [&](const auto& other) { return same_without_case(other.header, header); });
            if (again || found.size() == most_headers) {
                return unfit(fmt::format("{} is there twice, or one of too many", header));
            }
            found.push_back({std::move(header), path});
        }
        if (auto deeper = gather(*property, path, found); !deeper) {
            return deeper;
        }
        path.pop_back();
    }
    return {};
}

}  // namespace

Result<Tool> parse_tool(const json::value& value) {
    const auto* object = value.if_object();
    if (!object) {
        return unfit("a tool is a JSON object");
    }
    Tool tool{.name = text_at(*object, "name"),
              .title = text_at(*object, "title"),
              .description = text_at(*object, "description")};
    if (tool.name.empty() || tool.name.size() > longest_tool_name) {
        return unfit(fmt::format("a tool's name has 1 to {} characters", longest_tool_name));
    }
    const auto* input = object_at(*object, "inputSchema");
    if (!input || text_at(*input, "type") != "object") {
        return unfit("its inputSchema is not that of an object");
    }
    tool.input_schema = *input;
    if (const auto* output = object_at(*object, "outputSchema")) {
        tool.output_schema = *output;
    }
    tool.hints = hints_in(*object);
    const auto* execution = object_at(*object, "execution");
    tool.only_as_task = execution && text_at(*execution, "taskSupport") == "required";
    return tool;
}

json::object to_json(const Tool& tool) {
    json::object written{{"name", tool.name}};
    if (!tool.title.empty()) {
        written["title"] = tool.title;
    }
    if (!tool.description.empty()) {
        written["description"] = tool.description;
    }
    written["inputSchema"] = tool.input_schema;
    if (tool.output_schema) {
        written["outputSchema"] = *tool.output_schema;
    }
    if (auto hints = to_json(tool.hints); !hints.empty()) {
        written["annotations"] = std::move(hints);
    }
    if (tool.only_as_task) {
        written["execution"] = json::object{{"taskSupport", "required"}};
    }
    return written;
}

Result<ToolResult> parse_result(const json::object& result) {
    ToolResult parsed;
    if (const auto* content = result.if_contains("content")) {
        const auto* items = content->if_array();
        if (!items) {
            return unfit("the content of a result is a list");
        }
        for (const auto& item : *items) {
            const auto* object = item.if_object();
            if (!object) {
                return unfit("a piece of content is a JSON object");
            }
            parsed.content.push_back(content_in(*object));
        }
    }
    if (const auto* structured = object_at(result, "structuredContent")) {
        parsed.structured = *structured;
    }
    if (parsed.content.empty() && !parsed.structured && !result.contains("content")) {
        return unfit("a result has content");
    }
    parsed.is_error = truth_at(result, "isError").value_or(false);
    return parsed;
}

json::object text_result(std::string_view text, bool is_error) {
    json::object result{{"content", json::array{json::object{{"type", "text"}, {"text", text}}}}};
    if (is_error) {
        result["isError"] = true;
    }
    return result;
}

Result<std::vector<ParameterHeader>> parameter_headers(const json::object& input_schema) {
    std::vector<ParameterHeader> found;
    std::vector<std::string> path;
    if (auto gathered = gather(input_schema, path, found); !gathered) {
        return gathered.error();
    }
    if (occurrences(input_schema) != found.size()) {
        return unfit(fmt::format("{} stands where no argument is certain to be", header_keyword));
    }
    return found;
}

std::optional<std::string> header_value_of(const ParameterHeader& header, const json::object& arguments) {
    const json::object* object = &arguments;
    for (std::size_t i = 0; i + 1 < header.path.size(); ++i) {
        object = object_at(*object, header.path[i]);
        if (!object) {
            return std::nullopt;
        }
    }
    const auto* value = object->if_contains(header.path.back());
    if (!value || value->is_null() || value->is_structured()) {
        return std::nullopt;
    }
    if (const auto* text = value->if_string()) {
        return to_header_value(*text);
    }
    return json::serialize(*value);
}

}  // namespace repartee::mcp
