#include "net/http_client.h"
#include "net/server.h"
#include "net/test_certificate.h"
#include "net/test_server.h"

namespace repartee::net {
namespace {

awaitable<Response> tell_security(const Request& request) {
    co_return text_response(200, request.secure ? "secure " + request.body : "plain");
}

awaitable<void> count(Exchange& exchange) {
    Response head;
    auto* writer = co_await exchange.stream(std::move(head));
    for (int i = 0; i < 3; ++i) {
        co_await writer->write(std::string(100'000, 'x'));
    }
}

awaitable<void> send_back(WebSocket& socket, const Request&) {
    while (auto message = co_await socket.receive()) {
        co_await socket.send_binary(std::move(message->data));
    }
}

class TlsServer : public ServerTest, protected CertificateFolder {
protected:
    TlsServer() {
        options_.tls = make_identity("server", "DNS:localhost,IP:127.0.0.1");
        router_.post("/describe", tell_security, {.body_limit = 1 << 20});
        router_.exchange("GET", "/count", count);
        router_.websocket("/echo", nullptr, send_back);
    }

    TlsContext trust() const { return client_tls(path("server.pem")).value(); }
    std::string url(std::string_view scheme, std::string_view target) const {
        return fmt::format("{}://127.0.0.1:{}{}", scheme, port_, target);
    }
};

TEST_F(TlsServer, AnswersRequests) {
    play([&]() -> awaitable<void> {
        HttpClient client(clock_, trust());
        for (std::size_t size : {std::size_t(0), std::size_t(5), std::size_t(500'000)}) {
            ClientRequest request;
            request.method = "POST";
            request.url = url("https", "/describe");
            request.body = std::string(size, 'b');
            auto response = co_await client.fetch(std::move(request));
            EXPECT_EQ(response.status, 200);
            EXPECT_EQ(response.body.size(), 7 + size);
        }
        ClientRequest request;
        request.url = url("https", "/count");
        auto response = co_await client.fetch(std::move(request));
        EXPECT_EQ(response.body.size(), 300'000u);
    });
}

TEST_F(TlsServer, SpeaksWebSocket) {
    play([&]() -> awaitable<void> {
        HttpClient client(clock_, trust());
        auto socket = co_await client.connect(url("wss", "/echo"));
        for (std::size_t size : {std::size_t(1), std::size_t(640), std::size_t(200'000)}) {
            co_await socket->send_binary(std::string(size, 'x'));
            auto answer = co_await socket->receive();
            EXPECT_EQ(answer.value().data.size(), size);
        }
        co_await socket->close(CloseCode::Normal);
    });
}

TEST_F(TlsServer, DropsWhoDoesNotSpeakTls) {
    options_.head_timeout = 100ms;
    play([&]() -> awaitable<void> {
        RawClient plain(context_);
        co_await plain.connect(port_);
        co_await plain.say(get("/describe"));
        auto alert = co_await plain.rest();
        EXPECT_EQ(alert.find("HTTP"), std::string::npos);
        RawClient silent(context_);
        co_await silent.connect(port_);
        auto rest = co_await silent.rest();
        EXPECT_EQ(rest, "");
    });
}

}  // namespace
}  // namespace repartee::net
