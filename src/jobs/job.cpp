#include "jobs/job.h"

#include <fmt/format.h>
#include <openssl/rand.h>

#include <array>

namespace repartee::jobs {

std::string_view name_of(JobState state) {
    switch (state) {
        case JobState::Received: return "received";
        case JobState::Transcribing: return "transcribing";
        case JobState::Thinking: return "thinking";
        case JobState::Done: return "done";
        case JobState::Error: return "error";
    }
    return "error";
}

std::string new_job_id() {
    std::array<unsigned char, 16> bytes{};
    if (RAND_bytes(bytes.data(), bytes.size()) != 1) {
        throw Failure(ErrorKind::Internal, "internal error", "no random bytes to be had");
    }
    bytes[6] = static_cast<unsigned char>((bytes[6] & 0x0F) | 0x40);  // version 4
    bytes[8] = static_cast<unsigned char>((bytes[8] & 0x3F) | 0x80);  // the variant of RFC 9562
    std::string id;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        bool dash = i == 4 || i == 6 || i == 8 || i == 10;
        id += fmt::format("{}{:02x}", dash ? "-" : "", bytes[i]);
    }
    return id;
}

}  // namespace repartee::jobs
