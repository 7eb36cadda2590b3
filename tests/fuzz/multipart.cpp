// A form as anybody can post it. The first line is its Content-Type, the rest its body. What is
// understood lies in the body, in order and apart, and says the same when it is written down again.
#include "net/multipart.h"

#include <cstdint>
#include <cstdlib>

using namespace repartee::net;

namespace {

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

std::string written_down(const std::string& boundary, const std::vector<Part>& parts) {
    std::string body;
    for (const auto& part : parts) {
        body += "--" + boundary + "\r\n";
        for (const auto& [name, value] : part.headers) {
            body += name + ": " + value + "\r\n";
        }
        body += "\r\n" + std::string(part.content) + "\r\n";
    }
    return body + "--" + boundary + "--";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    auto type = bytes.substr(0, bytes.find('\n'));
    auto body = bytes.substr(std::min(type.size() + 1, size));
    // Room for headers that grow by a space when they are written down.
    MultipartLimits limits{.parts = 8, .header_bytes = 1 << 16};
    auto parts = parse_multipart(type, body, limits);
    if (!parts) {
        require(!parts.error().message.empty());
        return 0;
    }
    require(parts->size() <= limits.parts);
    const char* reached = body.data();
    for (const auto& part : *parts) {
        require(part.content.data() >= reached);
        reached = part.content.data() + part.content.size();
        require(reached <= body.data() + body.size());
        require(part_named(*parts, part.name) != nullptr);
    }
    auto again = written_down(multipart_boundary(type).value(), *parts);
    auto second = parse_multipart(type, again, limits);
    require(second.has_value() && second->size() == parts->size());
    for (std::size_t i = 0; i < parts->size(); ++i) {
        require((*second)[i].name == (*parts)[i].name && (*second)[i].content == (*parts)[i].content);
        require((*second)[i].file_name == (*parts)[i].file_name);
    }
    return 0;
}
