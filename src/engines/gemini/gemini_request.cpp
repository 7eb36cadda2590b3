// A prompt as the body of a request.
#include "engines/gemini/gemini_wire.h"
#include "engines/json_parts.h"
#include "engines/paired_calls.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::engines::gemini {

namespace json = boost::json;

namespace {

// Where no model began, or the user says nothing: Gemini wants a user's turn there, and something in it.
constexpr std::string_view nothing_said = ".";

bool is_unreserved(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
           c == '.' || c == '_' || c == '~' || c == '/';
}

json::object text_part(std::string_view text) {
    return {{"text", text}};
}

// Gemini 3 refuses a call of its own that comes back without its signature. An id is there where Gemini
// gave one.
json::object call_part(const SkillCall& call) {
    json::object asked{{"name", call.name}, {"args", call.arguments}};
    if (auto id = text_at(call.extras, "id"); !id.empty()) {
        asked["id"] = id;
    }
    json::object part{{"functionCall", std::move(asked)}};
    if (auto signature = text_at(call.extras, "thoughtSignature"); !signature.empty()) {
        part["thoughtSignature"] = signature;
    }
    return part;
}

// `calls` are those that await an answer.
json::object answer_part(const Message& message, const std::vector<SkillCall>& calls) {
    json::object answer{{"name", message.skill}, {"response", json::object{{"output", message.content}}}};
    auto call = std::ranges::find(calls, message.call_id, &SkillCall::id);
    if (auto id = call != calls.end() ? text_at(call->extras, "id") : std::string_view(); !id.empty()) {
        answer["id"] = id;
    }
    return {{"functionResponse", std::move(answer)}};
}

// Turns that alternate, as Gemini wants them.
class Contents {
public:
    void add(std::string_view role, json::object part) {
        if (contents_.empty() && role == "model") {
            add("user", text_part(nothing_said));
        }
        if (role_ != role) {
            role_ = role;
            contents_.push_back(json::object{{"role", role}, {"parts", json::array()}});
        }
        contents_.back().at("parts").as_array().push_back(std::move(part));
    }

    json::array finish() {
        if (role_ != "user") {
            add("user", text_part(nothing_said));
        }
        return std::move(contents_);
    }

private:
    json::array contents_;
    std::string_view role_;  // of the last
};

json::object declaration_object(const SkillSchema& skill) {
    return {
        {"name", skill.name}, {"description", skill.description}, {"parametersJsonSchema", skill.parameters}};
}

// The families take different words, and what the one takes the other refuses.
std::optional<json::object> thinking_object(const GeminiSettings& settings) {
    std::string_view model = settings.model;
    if (auto slash = model.rfind('/'); slash != std::string_view::npos) {
        model.remove_prefix(slash + 1);
    }
    const bool pro = model.find("pro") != std::string_view::npos;
    if (settings.thinking == "model") {
        return std::nullopt;
    }
    if (model.starts_with("gemini-2.5")) {
        // The pro models cannot do without; these are their bounds.
        const int least = pro ? 128 : 0;
        return json::object{{"thinkingBudget", settings.thinking == "off"   ? least
                                               : settings.thinking == "low" ? 1024
                                                                            : 24576}};
    }
    if (model.starts_with("gemini-3")) {
        const auto* least = pro ? "LOW" : "MINIMAL";
        return json::object{{"thinkingLevel", settings.thinking == "off"   ? least
                                              : settings.thinking == "low" ? "LOW"
                                                                           : "HIGH"}};
    }
    return std::nullopt;
}

json::object generation_object(const GeminiSettings& settings, const SamplingOptions& sampling,
                               SayOfThinking thinking) {
    json::object options;
    auto set = [&](std::string_view name, const auto& value) {
        if (value) {
            options[name] = *value;
        }
    };
    set("temperature", sampling.temperature);
    set("topP", sampling.top_p);
    set("topK", sampling.top_k);
    set("maxOutputTokens", sampling.max_tokens);
    set("seed", sampling.seed);
    if (!sampling.stop.empty()) {
        options["stopSequences"] = json::array(sampling.stop.begin(), sampling.stop.end());
    }
    if (thinking == SayOfThinking::AsSettingsSay) {
        set("thinkingConfig", thinking_object(settings));
    }
    return options;
}

std::string_view threshold_of(std::string_view safety) {
    return safety == "low_and_above"      ? "BLOCK_LOW_AND_ABOVE"
           : safety == "medium_and_above" ? "BLOCK_MEDIUM_AND_ABOVE"
           : safety == "only_high"        ? "BLOCK_ONLY_HIGH"
                                          : "OFF";
}

json::array safety_array(std::string_view safety) {
    json::array all;
    for (auto category : {"HARM_CATEGORY_HARASSMENT", "HARM_CATEGORY_HATE_SPEECH",
                          "HARM_CATEGORY_SEXUALLY_EXPLICIT", "HARM_CATEGORY_DANGEROUS_CONTENT"}) {
        all.push_back(json::object{{"category", category}, {"threshold", threshold_of(safety)}});
    }
    return all;
}

}  // namespace

std::string url_of(const GeminiSettings& settings) {
    std::string_view base = settings.base_url;
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    auto scheme = base.find("://") == std::string_view::npos ? "https://" : "";
    return fmt::format("{}{}", scheme, base);
}

std::string model_url(const GeminiSettings& settings, std::string_view method) {
    std::string model;
    for (char c : settings.model) {
        model += is_unreserved(c) ? std::string(1, c) : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    auto folder = model.find('/') == std::string::npos ? "models/" : "";
    return fmt::format("{}/{}{}{}", url_of(settings), folder, model, method);
}

std::string_view key_of(const GeminiSettings& settings) {
    constexpr std::string_view blanks = " \t\r\n";
    std::string_view key = settings.api_key.reveal();
    auto first = key.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : key.substr(first, key.find_last_not_of(blanks) - first + 1);
}

std::string generate_body(const GeminiSettings& settings, const Prompt& prompt, SayOfThinking thinking) {
    json::array instructions;
    Contents contents;
    std::vector<SkillCall> calls;
    for (const auto& message : with_paired_calls(prompt.messages)) {
        switch (message.role) {
            case Role::System: instructions.push_back(text_part(message.content)); break;
            case Role::User: contents.add("user", text_part(message.content)); break;
            case Role::Assistant:
                if (!message.content.empty()) {
                    contents.add("model", text_part(message.content));
                }
                calls = message.calls;
                for (const auto& call : calls) {
                    contents.add("model", call_part(call));
                }
                break;
            case Role::Skill: contents.add("user", answer_part(message, calls)); break;
        }
    }
    json::object body{{"contents", contents.finish()}};
    if (!instructions.empty()) {
        body["systemInstruction"] = json::object{{"parts", std::move(instructions)}};
    }
    if (!prompt.skills.empty()) {
        json::array declarations;
        for (const auto& skill : prompt.skills) {
            declarations.push_back(declaration_object(*skill));
        }
        body["tools"] = json::array{json::object{{"functionDeclarations", std::move(declarations)}}};
    }
    if (auto options = generation_object(settings, prompt.sampling, thinking); !options.empty()) {
        body["generationConfig"] = std::move(options);
    }
    if (settings.safety != "model") {
        body["safetySettings"] = safety_array(settings.safety);
    }
    return json::serialize(body);
}

}  // namespace repartee::engines::gemini
