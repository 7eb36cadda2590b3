#include "bench/frames.h"

#include <algorithm>
#include <array>
#include <cstdint>

namespace repartee::bench {

namespace {

constexpr std::array<unsigned char, 4> mask{0x5a, 0x17, 0xc3, 0x88};
constexpr unsigned char last_fragment = 0x80;
constexpr unsigned char masked = 0x80;
constexpr unsigned char two_bytes_follow = 126;
constexpr unsigned char eight_bytes_follow = 127;

void append_number(std::string& to, std::uint64_t number, int bytes) {
    for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) {
        to += static_cast<char>(number >> shift & 0xFF);
    }
}

std::uint64_t read_number(std::string_view bytes) {
    std::uint64_t number = 0;
    for (char byte : bytes) {
        number = number << 8 | static_cast<unsigned char>(byte);
    }
    return number;
}

// More than a server of ours says at once.
constexpr std::uint64_t longest_payload = 16 << 20;

}  // namespace

std::string client_frame(FrameKind kind, std::string_view payload) {
    std::string frame;
    frame.reserve(payload.size() + 14);
    frame += static_cast<char>(last_fragment | static_cast<unsigned char>(kind));
    if (payload.size() < two_bytes_follow) {
        frame += static_cast<char>(masked | payload.size());
    } else if (payload.size() <= 0xFFFF) {
        frame += static_cast<char>(masked | two_bytes_follow);
        append_number(frame, payload.size(), 2);
    } else {
        frame += static_cast<char>(masked | eight_bytes_follow);
        append_number(frame, payload.size(), 8);
    }
    frame.append(mask.begin(), mask.end());
    for (std::size_t i = 0; i < payload.size(); ++i) {
        frame += static_cast<char>(static_cast<unsigned char>(payload[i]) ^ mask[i % mask.size()]);
    }
    return frame;
}

std::size_t FrameReader::frame_length(std::string_view bytes, std::size_t& head) {
    head = 2;
    if (bytes.size() < head) {
        return 0;
    }
    auto length = static_cast<unsigned char>(bytes[1]);
    std::size_t more = length == eight_bytes_follow ? 8 : length == two_bytes_follow ? 2 : 0;
    head += more;
    if (bytes.size() < head) {
        return 0;
    }
    auto payload = more == 0 ? length : read_number(bytes.substr(2, more));
    return head + static_cast<std::size_t>(std::min(payload, longest_payload + 1));
}

bool FrameReader::push(std::string_view bytes, const Told& told) {
    if (!rest_.empty()) {
        rest_ += bytes;
        bytes = rest_;
    }
    for (;;) {
        std::size_t head = 0;
        auto length = frame_length(bytes, head);
        if (bytes.size() >= 2 && (static_cast<unsigned char>(bytes[1]) & masked) != 0) {
            return false;
        }
        if (length > head + longest_payload) {
            return false;
        }
        if (length == 0 || bytes.size() < length) {
            break;
        }
        told(static_cast<FrameKind>(static_cast<unsigned char>(bytes[0]) & 0x0F),
             bytes.substr(head, length - head));
        bytes.remove_prefix(length);
    }
    rest_ = std::string(bytes);
    return true;
}

}  // namespace repartee::bench
