// WebSocket frames as a client sends and reads them, at the least cost. Pure.
//
// The load must be lighter than what it measures, so frames are made once and sent many times. All of
// them have the same mask, which a real client must not do.
#pragma once

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>

namespace repartee::bench {

enum class FrameKind : unsigned char { Text = 1, Binary = 2, Close = 8, Ping = 9, Pong = 10 };

// Ready to be sent, masked.
std::string client_frame(FrameKind kind, std::string_view payload);

// Cuts what a server sends into frames, which it does not mask and (ours) does not fragment.
class FrameReader {
public:
    // Tells each whole frame; false when the bytes are no frames of a server. The payload lives as long
    // as the call.
    using Told = std::function<void(FrameKind kind, std::string_view payload)>;
    bool push(std::string_view bytes, const Told& told);

private:
    // The length of the frame at the beginning of `bytes`, its head included; 0 when more is needed to
    // know. Sets the length of the head.
    static std::size_t frame_length(std::string_view bytes, std::size_t& head);

    std::string rest_;  // a frame that is not whole yet
};

}  // namespace repartee::bench
