#include "mcp/client/era.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace repartee::mcp::client {

namespace json = boost::json;

namespace {

constexpr int not_found = 404;

std::vector<std::string> texts_at(const json::value& value, std::string_view key) {
    std::vector<std::string> texts;
    const auto* object = value.if_object();
    const auto* list = object ? object->if_contains(key) : nullptr;
    if (list && list->is_array()) {
        for (const auto& each : list->get_array()) {
            if (each.is_string()) {
                texts.emplace_back(each.get_string());
            }
        }
    }
    return texts;
}

bool has(const std::vector<std::string>& versions, std::string_view version) {
    return std::ranges::find(versions, version) != versions.end();
}

Error speaks_no_version() {
    return {ErrorKind::Unsupported, "It speaks no version of the protocol that is known here.", {}};
}

Result<Era> era_among(const std::vector<std::string>& supported) {
    if (has(supported, versions::modern)) {
        return Era::Modern;
    }
    if (std::ranges::any_of(supported, [](const auto& version) { return is_legacy_version(version); })) {
        return Era::Legacy;
    }
    return speaks_no_version();
}

}  // namespace

Result<Era> era_by_probe(const Answer& probed, Transport transport) {
    if (probed.result) {
        auto supported = texts_at(*probed.result, "supportedVersions");
        return supported.empty() ? Result<Era>(Era::Modern) : era_among(supported);
    }
    if (!probed.error) {
        return Era::Legacy;
    }
    switch (probed.error->code) {
        case codes::header_mismatch:
        case codes::missing_capability: return Era::Modern;
        case codes::unsupported_version: return era_among(texts_at(probed.error->data, "supported"));
        case codes::method_not_found:
            return transport == Transport::Http && probed.status == not_found ? Era::Modern : Era::Legacy;
        default: return Era::Legacy;
    }
}

Result<std::string> version_agreed(const Answer& initialized) {
    if (initialized.error) {
        if (!texts_at(initialized.error->data, "supported").empty()) {
            return speaks_no_version();
        }
        return Error{
            ErrorKind::Unsupported, "It refused the handshake.",
            fmt::format("{} {}", initialized.error->code, initialized.error->message.substr(0, 300))};
    }
    if (!initialized.result) {
        return Error{ErrorKind::Unsupported, "It speaks no version of the protocol that is known here.",
                     fmt::format("status {} for initialize", initialized.status)};
    }
    const auto* version = initialized.result->if_contains("protocolVersion");
    if (!version || !version->is_string() || !is_legacy_version(version->get_string())) {
        return speaks_no_version();
    }
    return std::string(version->get_string());
}

}  // namespace repartee::mcp::client
