#include "bench/caller.h"

#include <boost/json/parse.hpp>

namespace repartee::bench {

namespace {

namespace json = boost::json;

// {"event_type":"timeline","moments":{"final_text":61.2,"first_played":64.9}}; nothing for anything else.
std::optional<double> overhead_in(std::string_view text) {
    if (text.find("\"timeline\"") == std::string_view::npos) {
        return std::nullopt;
    }
    json::error_code fault;
    auto message = json::parse(text, fault);
    auto* moments = !fault && message.is_object() ? message.get_object().if_contains("moments") : nullptr;
    if (moments == nullptr || !moments->is_object()) {
        return std::nullopt;
    }
    auto* from = moments->get_object().if_contains("final_text");
    auto* to = moments->get_object().if_contains("first_played");
    if (from == nullptr || to == nullptr || !from->is_number() || !to->is_number()) {
        return std::nullopt;
    }
    return to->to_number<double>() - from->to_number<double>();
}

}  // namespace

Caller::Caller(asio::io_context& context, const Script& script, const Sound& sound)
    : script_(script), sound_(sound), line_(std::make_shared<Line>(context)) {}

awaitable<void> Caller::call(asio::ip::tcp::endpoint to, std::string host, std::string target) {
    co_await line_->connect(to);
    co_await line_->upgrade(std::move(host), std::move(target));
    line_->listen(
        [self = shared_from_this()](std::string_view bytes, TimePoint at) { self->received(bytes, at); });
}

awaitable<std::optional<std::string>> Caller::try_call(asio::ip::tcp::endpoint to, std::string host,
                                                       std::string target) {
    co_await line_->connect(to);
    auto refused = co_await line_->try_upgrade(std::move(host), std::move(target));
    if (!refused) {
        line_->listen(
            [self = shared_from_this()](std::string_view bytes, TimePoint at) { self->received(bytes, at); });
    }
    co_return refused;
}

void Caller::talk(Pacer& pacer, TimePoint first, std::uint64_t number) {
    next_frame_ = number;
    pacer.add(first, [self = shared_from_this()](TimePoint due) { return self->send_next(due); });
}

void Caller::hang_up() {
    hung_up_ = true;
    line_->hang_up();
}

std::vector<Turn> Caller::take_turns() {
    return std::exchange(turns_, {});
}

TimePoint Caller::send_next(TimePoint due) {
    if (hung_up_ || cut_off_) {
        return TimePoint::max();
    }
    auto number = next_frame_++;
    if (script_.cycle > Duration(0) && number % script_.frames_in_cycle() == 0) {
        auto turn = std::exchange(turn_, Turn{.began = due});
        if (std::exchange(whole_cycle_, true)) {
            turns_.push_back(std::move(turn));
        }
    }
    bool voiced = script_.voiced(number);
    voiced_frames_ = voiced ? voiced_frames_ + 1 : 0;
    const auto& frame = voiced ? sound_.voice(voiced_frames_ - 1) : sound_.silence();
    ++(line_->send(frame) ? frames_sent_ : frames_withheld_);
    return due + script_.frame_length;
}

void Caller::received(std::string_view bytes, TimePoint at) {
    bool sensible = !bytes.empty() && reader_.push(bytes, [&](FrameKind kind, std::string_view payload) {
        hear(kind, payload, at);
    });
    if (!sensible) {
        cut_off_ = true;
        line_->hang_up();
    }
}

void Caller::hear(FrameKind kind, std::string_view payload, TimePoint at) {
    switch (kind) {
        case FrameKind::Binary:
            bytes_heard_ += payload.size();
            turn_.reply.piece(at, payload.size());
            break;
        case FrameKind::Text:
            if (payload == "stop") {
                if (!turn_.stop_at && turn_.reply.began()) {
                    turn_.last_sound_before_stop = turn_.reply.last_at();
                }
                turn_.stop_at = turn_.stop_at.value_or(at);
                turn_.reply = {};
            } else if (payload.starts_with(R"({"event_type":"user_text")")) {
                turn_.text_at = turn_.text_at.value_or(at);
            } else if (auto overhead = overhead_in(payload)) {
                turn_.server_overhead_ms = overhead;
            }
            break;
        case FrameKind::Ping: line_->send(client_frame(FrameKind::Pong, payload)); break;
        case FrameKind::Pong: break;
        case FrameKind::Close: cut_off_ = true; break;
    }
}

}  // namespace repartee::bench
