#include "net/beast_websocket.h"

#include "net/handshake_refused.h"
#include "net/rounds.h"
#include "net/wakeup.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/stream_traits.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/beast/websocket/stream.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace repartee::net {

namespace {

namespace beast = boost::beast;
namespace websocket = boost::beast::websocket;
using boost::system::error_code;

// A frame header may promise a whole message at once; memory is given as bytes arrive. What is given for the
// first of them waits in every idle socket: little until something has come, then as much as messages of this
// socket are long, for most are as long as the one before; Beast takes no more than that at first.
constexpr std::size_t least_piece = 64;
constexpr std::size_t most_at_first = 1536;
constexpr std::size_t most_further = 64 << 10;

// Of a message that is too large, for the goodbye's sake. One that promises more is refused at once.
constexpr std::size_t most_read_in_vain = 16 << 20;

// A long message may take longer to send than a short one: a second more for so many bytes.
constexpr std::size_t slowest_bytes_per_second = 16 << 10;

// A server's refusal without Beast. Its body is a sentence; more is not kept.
Response plain(const websocket::response_type& response) {
    constexpr std::size_t longest_body = 4 << 10;
    Response answer{.status = static_cast<int>(response.result_int())};
    for (const auto& field : response) {
        answer.headers.add(std::string(field.name_string()), std::string(field.value()));
    }
    answer.body.assign(response.body(), 0, longest_body);
    return answer;
}

// What the coroutines of one socket share with Beast's operations, which may end after the socket
// has been destroyed: each operation under way holds a shared_ptr to it, the WebSocket another.
template <class Stream>
class Conversation : public std::enable_shared_from_this<Conversation<Stream>> {
public:
    Conversation(Stream stream, Clock& clock, WebSocketOptions options)
        : executor_(stream.get_executor()),
          clock_(clock),
          options_(options),
          stream_(std::move(stream)),
          rounds_(executor_, clock, [this] { return look(); }),
          closed_(executor_, Timer::time_point::max()) {
        // Ours, see `on_read`: where Beast finds a message too large, it closes with the rest of it unread,
        // and the kernel then takes the goodbye back from a client that still sends.
        stream_.read_message_max(options.message_limit + most_read_in_vain);
        // One message is one frame: cutting it up would cost a buffer per socket and help nobody.
        stream_.auto_fragment(false);
        stream_.control_callback([this](websocket::frame_type type, beast::string_view) {
            heard();
            if (type == websocket::frame_type::close) {
                // A client is told only when the server has let the connection go, too.
                finish_by(clock_.now() + options_.close_timeout);
            }
        });
    }

    awaitable<bool> accept(const Request& request);
    awaitable<void> open(const std::string& host, const std::string& target, Headers headers);

    awaitable<std::optional<WsMessage>> receive();
    awaitable<bool> send(std::string data, bool binary);
    awaitable<void> close(CloseCode code, std::string reason);
    void close_at(TimePoint when, CloseCode code, std::string reason) {
        if (closing_) {
            return;
        }
        if (when <= clock_.now()) {
            begin_close(code, std::move(reason));
            return;
        }
        last_word_ = std::make_unique<LastWord>(LastWord{when, code, std::move(reason)});
        rounds_.look_by(when);
    }

    bool is_open() const { return !closing_ && !read_ended_ && stream_.is_open(); }

    std::optional<std::uint16_t> close_code() const {
        // Beast knows a reason only from the peer, and 0 as long as there is none.
        auto code = stream_.reason().code;
        return read_ended_ && code != 0 ? std::optional<std::uint16_t>(code) : std::nullopt;
    }

    // Lets the connection go without a word; everything under way ends with an error.
    void drop() {
        rounds_.stop();
        error_code ignored;
        beast::get_lowest_layer(stream_).close(ignored);
    }

private:
    // A coroutine inside `send`. Lives in its frame; whoever finishes or leaves takes it off the list.
    struct Sender {
        std::string data;
        bool binary = false;
        bool finished = false;
        bool sent = false;
        Wakeup wakeup;
    };

    void read_on();
    void on_read(error_code error);
    void write_next();
    void on_written(error_code error);
    void leave(Sender& sender);
    void refuse_senders();
    void begin_close(CloseCode code, std::string reason);
    void on_closed();

    void heard() {
        heard_at_ = clock_.now();
        pinged_ = false;
    }

    // A handshake, this one or that of closing, has to be over by then.
    void finish_by(TimePoint deadline) {
        handshake_deadline_ = deadline;
        rounds_.look_by(deadline);
    }
    TimePoint look();
    void ping();

    Executor executor_;
    Clock& clock_;
    const WebSocketOptions options_;
    websocket::stream<Stream, false> stream_;  // without permessage-deflate
    Rounds rounds_;

    // Receiving. `incoming_` is the message being read, `buffer_` Beast's view of it.
    std::string incoming_;
    std::size_t expected_ = least_piece;
    std::optional<asio::dynamic_string_buffer<char, std::char_traits<char>, std::allocator<char>>> buffer_;
    std::optional<WsMessage> received_;
    bool reading_ = false;
    bool read_ended_ = false;
    bool refused_ = false;  // the last message, for its size
    Wakeup receiver_;
    TimePoint heard_at_{};
    bool pinged_ = false;
    bool pinging_ = false;

    // Sending. `outgoing_` is the frame on its way; its sender may have been cancelled meanwhile.
    std::vector<Sender*> waiting_;  // as long as there are coroutines in `send`
    Sender* writer_ = nullptr;
    std::string outgoing_;
    bool writing_ = false;

    // Handshakes, writes and closing: what must be over by when.
    TimePoint write_deadline_ = TimePoint::max();
    TimePoint handshake_deadline_ = TimePoint::max();

    // Set by `close_at`.
    struct LastWord {
        TimePoint when;
        CloseCode code;
        std::string reason;
    };
    std::unique_ptr<LastWord> last_word_;

    bool closing_ = false;
    bool close_done_ = false;
    Timer closed_;  // never expires; cancelled to wake all who wait in `close`
};

// --- handshakes ---

template <class Stream>
awaitable<bool> Conversation<Stream>::accept(const Request& request) {
    namespace http = beast::http;
    http::request<http::empty_body> handshake;
    handshake.version(11);
    handshake.method(http::verb::get);
    handshake.target("/");
    handshake.set(http::field::connection, "upgrade");
    handshake.set(http::field::upgrade, "websocket");
    handshake.set(http::field::host, request.host);
    for (const char* name : {"Sec-WebSocket-Key", "Sec-WebSocket-Version"}) {
        auto value = request.headers.get(name).value_or("");
        handshake.set(name, beast::string_view(value.data(), value.size()));
    }
    stream_.set_option(websocket::stream_base::decorator(
        [](websocket::response_type& response) { response.set(http::field::server, "repartee"); }));
    finish_by(clock_.now() + options_.handshake_timeout);
    auto [error] = co_await stream_.async_accept(handshake, asio::as_tuple(use_awaitable));
    handshake_deadline_ = TimePoint::max();
    heard();
    co_return !error;
}

template <class Stream>
awaitable<void> Conversation<Stream>::open(const std::string& host, const std::string& target,
                                           Headers headers) {
    stream_.set_option(
        websocket::stream_base::decorator([headers = std::move(headers)](websocket::request_type& request) {
            request.set(beast::http::field::user_agent, "repartee");
            for (const auto& [name, value] : headers) {
                request.insert(name, value);
            }
        }));
    finish_by(clock_.now() + options_.handshake_timeout);
    websocket::response_type response;
    auto [error] = co_await stream_.async_handshake(response, host, target, asio::as_tuple(use_awaitable));
    bool late = clock_.now() >= handshake_deadline_;
    handshake_deadline_ = TimePoint::max();
    heard();
    if (error && late) {
        throw Failure(ErrorKind::ProviderLate,
                      fmt::format("{} did not answer the WebSocket handshake", host));
    }
    if (error == websocket::error::upgrade_declined) {
        Error refusal{
            ErrorKind::ProviderBroke,
            fmt::format("{} refused the WebSocket handshake with status {}", host, response.result_int()),
            {}};
        throw HandshakeRefused(std::move(refusal), plain(response));
    }
    if (error) {
        throw Failure(ErrorKind::ProviderBroke, fmt::format("the WebSocket handshake with {} failed", host),
                      error.message());
    }
}

// --- receiving ---

template <class Stream>
awaitable<std::optional<WsMessage>> Conversation<Stream>::receive() {
    if (!received_ && !read_ended_) {
        if (!reading_) {
            reading_ = true;
            heard();  // the idle time counts while somebody listens
            rounds_.look_by(heard_at_ + options_.ping_interval);
            incoming_.clear();
            buffer_.emplace(incoming_);
            read_on();
        }
        co_await receiver_.wait();
    }
    auto message = std::move(received_);
    received_.reset();
    co_return message;
}

template <class Stream>
void Conversation<Stream>::read_on() {
    auto piece = incoming_.empty() ? expected_ : std::clamp(incoming_.size(), most_at_first, most_further);
    stream_.async_read_some(
        *buffer_, piece,
        [self = this->shared_from_this()](error_code error, std::size_t) { self->on_read(error); });
}

template <class Stream>
void Conversation<Stream>::on_read(error_code error) {
    heard();
    if (!error && incoming_.size() > options_.message_limit && !closing_) {
        // Reads, and forgets, what still comes until the client has said goodbye, too; `on_closed` goes on.
        reading_ = false;
        refused_ = true;
        incoming_ = {};
        begin_close(CloseCode::TooBig, "the message is too large");
        return;
    }
    if (!error && !stream_.is_message_done()) {
        read_on();
        return;
    }
    reading_ = false;
    if (error) {
        read_ended_ = true;
        refuse_senders();
    } else {
        expected_ = std::clamp(incoming_.size(), least_piece, most_at_first);
        received_.emplace(WsMessage{stream_.got_binary(), std::move(incoming_)});
    }
    receiver_.wake_now();
}

// --- sending ---

template <class Stream>
awaitable<bool> Conversation<Stream>::send(std::string data, bool binary) {
    if (!is_open()) {
        co_return false;
    }
    Sender sender{std::move(data), binary, false, false, {}};
    struct Leaving {
        Conversation& conversation;
        Sender& sender;
        ~Leaving() { conversation.leave(sender); }
    } leaving{*this, sender};
    waiting_.push_back(&sender);
    if (!writing_) {
        write_next();
    }
    if (!sender.finished) {
        co_await sender.wakeup.wait();
    }
    co_return sender.sent;
}

template <class Stream>
void Conversation<Stream>::write_next() {
    if (waiting_.empty()) {
        return;
    }
    writer_ = waiting_.front();
    waiting_.erase(waiting_.begin());
    outgoing_ = std::move(writer_->data);
    writing_ = true;
    write_deadline_ = clock_.now() + options_.write_timeout +
                      std::chrono::seconds(outgoing_.size() / slowest_bytes_per_second);
    rounds_.look_by(write_deadline_);
    stream_.binary(writer_->binary);
    stream_.async_write(
        asio::buffer(outgoing_),
        [self = this->shared_from_this()](error_code error, std::size_t) { self->on_written(error); });
}

template <class Stream>
void Conversation<Stream>::on_written(error_code error) {
    writing_ = false;
    write_deadline_ = TimePoint::max();
    auto* sender = std::exchange(writer_, nullptr);
    if (error) {
        refuse_senders();
    }
    write_next();
    if (sender) {
        sender->finished = true;
        sender->sent = !error;
        sender->wakeup.wake_now();
    }
}

template <class Stream>
void Conversation<Stream>::leave(Sender& sender) {
    std::erase(waiting_, &sender);
    if (writer_ == &sender) {
        writer_ = nullptr;
    }
}

// Those whose frame has not begun.
template <class Stream>
void Conversation<Stream>::refuse_senders() {
    for (auto* sender : std::exchange(waiting_, {})) {
        sender->finished = true;
        sender->wakeup.wake();
    }
}

// --- closing ---

template <class Stream>
awaitable<void> Conversation<Stream>::close(CloseCode code, std::string reason) {
    if (!closing_) {
        begin_close(code, std::move(reason));
    }
    // Not by cancelling the wait is this coroutine told that the socket has closed, so it looks.
    while (!close_done_) {
        co_await closed_.async_wait(asio::as_tuple(use_awaitable));
        auto state = co_await asio::this_coro::cancellation_state;
        if (state.cancelled() != asio::cancellation_type::none) {
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
}

template <class Stream>
void Conversation<Stream>::begin_close(CloseCode code, std::string reason) {
    closing_ = true;
    refuse_senders();
    if (!stream_.is_open()) {
        on_closed();
        return;
    }
    finish_by(clock_.now() + options_.close_timeout);
    websocket::close_reason why(static_cast<websocket::close_code>(code));
    // A control frame carries 125 bytes, two of them the code.
    reason.resize(std::min<std::size_t>(reason.size(), 123));
    why.reason.assign(reason.data(), reason.size());
    stream_.async_close(why, [self = this->shared_from_this()](error_code) { self->on_closed(); });
}

template <class Stream>
void Conversation<Stream>::on_closed() {
    close_done_ = true;
    handshake_deadline_ = TimePoint::max();
    closed_.cancel();
    drop();
    if (refused_) {
        read_ended_ = true;
        receiver_.wake();
    }
}

// --- time ---

// What is overdue is dropped, said or asked; answers when the next thing will be due.
template <class Stream>
TimePoint Conversation<Stream>::look() {
    auto now = clock_.now();
    auto next = std::min(write_deadline_, handshake_deadline_);
    if (reading_) {
        next = std::min(next, heard_at_ + 2 * options_.ping_interval);
    }
    if (next <= now) {
        drop();
        return TimePoint::max();
    }
    if (last_word_ && !closing_) {
        if (last_word_->when <= now) {
            begin_close(last_word_->code, std::move(last_word_->reason));
            return handshake_deadline_;
        }
        next = std::min(next, last_word_->when);
    }
    if (reading_ && !pinged_ && !closing_) {
        auto ping_at = heard_at_ + options_.ping_interval;
        if (ping_at <= now) {
            ping();
        } else {
            next = std::min(next, ping_at);
        }
    }
    return next;
}

template <class Stream>
void Conversation<Stream>::ping() {
    pinged_ = true;
    if (pinging_) {
        return;  // an earlier one is still stuck behind a full socket
    }
    pinging_ = true;
    stream_.async_ping({}, [self = this->shared_from_this()](error_code) { self->pinging_ = false; });
}

// --- the WebSocket itself ---

template <class Stream>
class BeastWebSocket final : public WebSocket {
public:
    explicit BeastWebSocket(std::shared_ptr<Conversation<Stream>> conversation)
        : conversation_(std::move(conversation)) {}
    ~BeastWebSocket() override { conversation_->drop(); }

    awaitable<std::optional<WsMessage>> receive() override { return conversation_->receive(); }
    awaitable<bool> send_text(std::string text) override {
        return conversation_->send(std::move(text), false);
    }
    awaitable<bool> send_binary(std::string bytes) override {
        return conversation_->send(std::move(bytes), true);
    }
    awaitable<void> close(CloseCode code, std::string reason) override {
        return conversation_->close(code, std::move(reason));
    }
    void close_at(TimePoint when, CloseCode code, std::string reason) override {
        conversation_->close_at(when, code, std::move(reason));
    }
    bool is_open() const override { return conversation_->is_open(); }
    std::optional<std::uint16_t> close_code() const override { return conversation_->close_code(); }

private:
    std::shared_ptr<Conversation<Stream>> conversation_;  // the other owners are operations under way
};

template <class Stream>
awaitable<std::unique_ptr<WebSocket>> accept_on(Stream stream, const Request& request, Clock& clock,
                                                WebSocketOptions options) {
    auto conversation = std::make_shared<Conversation<Stream>>(std::move(stream), clock, options);
    std::unique_ptr<WebSocket> socket = std::make_unique<BeastWebSocket<Stream>>(conversation);
    bool accepted = co_await conversation->accept(request);
    if (!accepted) {
        co_return nullptr;
    }
    co_return socket;
}

template <class Stream>
awaitable<std::unique_ptr<WebSocket>> open_on(Stream stream, std::string host, std::string target,
                                              Headers headers, Clock& clock, WebSocketOptions options) {
    auto conversation = std::make_shared<Conversation<Stream>>(std::move(stream), clock, options);
    std::unique_ptr<WebSocket> socket = std::make_unique<BeastWebSocket<Stream>>(conversation);
    co_await conversation->open(host, target, std::move(headers));
    co_return socket;
}

}  // namespace

awaitable<std::unique_ptr<WebSocket>> accept_websocket(PlainStream stream, const Request& request,
                                                       Clock& clock, WebSocketOptions options) {
    return accept_on(std::move(stream), request, clock, options);
}

awaitable<std::unique_ptr<WebSocket>> accept_websocket(TlsStream stream, const Request& request, Clock& clock,
                                                       WebSocketOptions options) {
    return accept_on(std::move(stream), request, clock, options);
}

awaitable<std::unique_ptr<WebSocket>> open_websocket(PlainStream stream, std::string host, std::string target,
                                                     Headers headers, Clock& clock,
                                                     WebSocketOptions options) {
    return open_on(std::move(stream), std::move(host), std::move(target), std::move(headers), clock, options);
}

awaitable<std::unique_ptr<WebSocket>> open_websocket(TlsStream stream, std::string host, std::string target,
                                                     Headers headers, Clock& clock,
                                                     WebSocketOptions options) {
    return open_on(std::move(stream), std::move(host), std::move(target), std::move(headers), clock, options);
}

}  // namespace repartee::net
