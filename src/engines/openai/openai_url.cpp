// Where the server is, and what can be told from that alone.
#include "engines/openai/openai_wire.h"
#include "engines/peer_place.h"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>
#include <fmt/format.h>

#include <array>

namespace repartee::engines::openai {

namespace {

std::string lower(std::string_view text) {
    std::string all(text);
    for (auto& c : all) {
        c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return all;
}

struct Address {
    std::string host;
    std::string port;  // empty: the scheme's own
};

Address address_of(const OpenAiSettings& settings) {
    auto url = url_of(settings, "");
    auto parsed = boost::urls::parse_uri(url);
    if (!parsed) {
        return {};
    }
    return {.host = lower(std::string(parsed->encoded_host())), .port = std::string(parsed->port())};
}

bool is_at(const Address& address, std::string_view domain) {
    std::string_view host = address.host;
    return host == domain || (host.ends_with(domain) && host[host.size() - domain.size() - 1] == '.');
}

std::string_view without_end(std::string_view text, std::string_view end) {
    return text.ends_with(end) ? text.substr(0, text.size() - end.size()) : text;
}

// OpenAI's own models that think; the others refuse to be told about it.
bool is_reasoning_model(std::string_view model) {
    return model.starts_with("gpt-5") ||
           (model.size() >= 2 && model[0] == 'o' && model[1] >= '1' && model[1] <= '9');
}

struct Named {
    std::string_view name;
    ThinkingSwitch means;
};

constexpr std::array<Named, 7> by_name{{{"none", ThinkingSwitch::None},
                                        {"reasoning_effort", ThinkingSwitch::ReasoningEffort},
                                        {"reasoning", ThinkingSwitch::Reasoning},
                                        {"chat_template_kwargs", ThinkingSwitch::ChatTemplate},
                                        {"thinking", ThinkingSwitch::Thinking},
                                        {"enable_thinking", ThinkingSwitch::EnableThinking},
                                        {"disable_reasoning", ThinkingSwitch::DisableReasoning}}};

constexpr std::array<Named, 8> by_domain{{{"deepinfra.com", ThinkingSwitch::ReasoningEffort},
                                          {"z.ai", ThinkingSwitch::Thinking},
                                          {"bigmodel.cn", ThinkingSwitch::Thinking},
                                          {"aliyuncs.com", ThinkingSwitch::EnableThinking},
                                          {"cerebras.ai", ThinkingSwitch::DisableReasoning},
                                          {"together.xyz", ThinkingSwitch::Reasoning},
                                          {"together.ai", ThinkingSwitch::Reasoning},
                                          {"openrouter.ai", ThinkingSwitch::Reasoning}}};

}  // namespace

std::string url_of(const OpenAiSettings& settings, std::string_view path) {
    std::string_view base = settings.base_url;
    while (base.ends_with('/')) {
        base.remove_suffix(1);
    }
    base = without_end(base, "/chat/completions");
    std::string scheme;
    if (base.find("://") == std::string_view::npos) {
        scheme = place_of(fmt::format("http://{}", base)) == Place::Local ? "http://" : "https://";
    }
    auto whole = fmt::format("{}{}", scheme, base);
    auto authority = whole.find("://") + 3;
    auto version = whole.find('/', authority) == std::string::npos ? "/v1" : "";
    return fmt::format("{}{}{}", whole, version, path);
}

std::string peer_of(const OpenAiSettings& settings) {
    if (!settings.peer.empty()) {
        return settings.peer;
    }
    auto address = address_of(settings);
    if (address.host == "api.openai.com") {
        return "OpenAI";
    }
    if (address.host.empty()) {
        return "The model's server";
    }
    return address.port.empty() ? address.host : fmt::format("{}:{}", address.host, address.port);
}

std::string model_of(const OpenAiSettings& settings) {
    if (!settings.model.empty()) {
        return settings.model;
    }
    return address_of(settings).host == "api.openai.com" ? "gpt-4o-mini" : "";
}

std::string_view key_of(const OpenAiSettings& settings) {
    constexpr std::string_view blanks = " \t\r\n";
    std::string_view key = settings.api_key.reveal();
    auto first = key.find_first_not_of(blanks);
    return first == std::string_view::npos ? std::string_view()
                                           : key.substr(first, key.find_last_not_of(blanks) - first + 1);
}

ThinkingSwitch thinking_switch(const OpenAiSettings& settings, std::string_view model) {
    for (const auto& [name, means] : by_name) {
        if (settings.thinking_switch == name) {
            return means;
        }
    }
    auto address = address_of(settings);
    if (is_at(address, "openai.com")) {
        return is_reasoning_model(model) ? ThinkingSwitch::ReasoningEffort : ThinkingSwitch::None;
    }
    for (const auto& [domain, means] : by_domain) {
        if (is_at(address, domain)) {
            return means;
        }
    }
    if (address.port == "11434") {
        return ThinkingSwitch::ReasoningEffort;  // Ollama, by its usual port
    }
    auto name = lower(model);
    bool thinks_unless_told = name.find("glm") != std::string::npos || name.find("qwen") != std::string::npos;
    return thinks_unless_told ? ThinkingSwitch::ChatTemplate : ThinkingSwitch::None;
}

}  // namespace repartee::engines::openai
