#include "engines/cartesia/cartesia_error.h"

#include "engines/json_parts.h"

#include <fmt/format.h>

namespace repartee::engines::cartesia {

Error error_in(const boost::json::object& event, const Provider& provider) {
    auto status = count_at(event, "status_code");
    status = status > 0 ? status : count_at(event, "code");
    status = status > 0 ? status : 500;
    std::string_view complaint;
    for (const char* key : {"message", "error", "title"}) {
        complaint = complaint.empty() ? text_at(event, key) : complaint;
    }
    auto error = refusal(provider, status, complaint);
    if (auto id = text_at(event, "request_id"); !id.empty()) {
        error.detail += fmt::format(", request {}", id.substr(0, 80));
    }
    return error;
}

Error nonsense(std::size_t bytes) {
    return {ErrorKind::ProviderBroke, "Cartesia answered something that makes no sense.",
            fmt::format("no JSON object in a message of {} bytes", bytes)};
}

}  // namespace repartee::engines::cartesia
