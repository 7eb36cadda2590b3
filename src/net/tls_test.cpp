#include "net/tls.h"

#include "base/task.h"
#include "base/together.h"
#include "net/http_client.h"
#include "net/test_certificate.h"
#include "net/test_peer.h"

#include <gmock/gmock.h>

namespace repartee::net {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class TlsTest : public testing::Test, protected CertificateFolder {};

// --- our identity ---

TEST_F(TlsTest, LoadsACertificateAndItsKey) {
    auto context = make_identity("good", "DNS:localhost").context();
    EXPECT_EQ(SSL_CTX_get_min_proto_version(context->native_handle()), TLS1_2_VERSION);
}

TEST_F(TlsTest, NamesTheFileThatIsMissing) {
    auto key = make_key();
    auto key_file = write_key("a.key", key.get());
    auto no_certificate = TlsIdentity::load(path("none.pem"), key_file);
    ASSERT_TRUE(no_certificate.has_error());
    EXPECT_EQ(no_certificate.error().kind, ErrorKind::NotFound);
    EXPECT_THAT(no_certificate.error().message, AllOf(HasSubstr("none.pem"), HasSubstr("No such file")));

    auto certificate_file = write_certificate("a.pem", make_certificate(key.get(), "DNS:localhost").get());
    auto no_key = TlsIdentity::load(certificate_file, path("none.key"));
    ASSERT_TRUE(no_key.has_error());
    EXPECT_THAT(no_key.error().message, HasSubstr("none.key"));

    auto empty = TlsIdentity::load(certificate_file, write_text("empty.key", ""));
    ASSERT_TRUE(empty.has_error());
    EXPECT_THAT(empty.error().message, AllOf(HasSubstr("empty.key"), HasSubstr("empty.")));
    EXPECT_TRUE(TlsIdentity::load(folder().string(), key_file).has_error());
}

TEST_F(TlsTest, NamesTheFileThatIsNotPem) {
    auto key = make_key();
    auto key_file = write_key("a.key", key.get());
    auto certificate_file = write_certificate("a.pem", make_certificate(key.get(), "DNS:localhost").get());
    auto text = write_text("notes.txt", "remember the milk\n");
    auto certificate = TlsIdentity::load(text, key_file);
    ASSERT_TRUE(certificate.has_error());
    EXPECT_EQ(certificate.error().kind, ErrorKind::Malformed);
    EXPECT_THAT(certificate.error().message, AllOf(HasSubstr("certificate file"), HasSubstr("notes.txt")));
    auto no_key = TlsIdentity::load(certificate_file, text);
    ASSERT_TRUE(no_key.has_error());
    EXPECT_THAT(no_key.error().message, AllOf(HasSubstr("key file"), HasSubstr("notes.txt")));
}

TEST_F(TlsTest, RefusesAKeyOfAnotherCertificate) {
    auto key = make_key();
    auto certificate_file = write_certificate("a.pem", make_certificate(key.get(), "DNS:localhost").get());
    std::vector<Key> others;
    others.push_back(make_key());
    others.emplace_back(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"), &EVP_PKEY_free);
    for (const auto& other : others) {
        auto identity = TlsIdentity::load(certificate_file, write_key("other.key", other.get()));
        ASSERT_TRUE(identity.has_error());
        EXPECT_EQ(identity.error().kind, ErrorKind::Unprocessable);
        EXPECT_THAT(identity.error().message, AllOf(HasSubstr("a.pem"), HasSubstr("other.key")));
    }
}

TEST_F(TlsTest, DoesNotAskForAPassPhrase) {
    auto key = make_key();
    auto certificate_file = write_certificate("a.pem", make_certificate(key.get(), "DNS:localhost").get());
    auto identity = TlsIdentity::load(certificate_file, write_key("locked.key", key.get(), "open sesame"));
    ASSERT_TRUE(identity.has_error());
    EXPECT_THAT(identity.error().message, AllOf(HasSubstr("locked.key"), HasSubstr("pass phrase")));
}

TEST_F(TlsTest, NamesAnAuthorityFileThatIsOfNoUse) {
    auto missing = client_tls(path("none.pem"));
    ASSERT_TRUE(missing.has_error());
    EXPECT_THAT(missing.error().message, HasSubstr("none.pem"));
    auto text = client_tls(write_text("notes.txt", "remember the milk\n"));
    ASSERT_TRUE(text.has_error());
    EXPECT_THAT(text.error().message, HasSubstr("notes.txt"));
    EXPECT_TRUE(client_tls().has_value());
}

// --- whom we trust ---

class TlsConversation : public TlsTest {
protected:
    // Serves any number of requests on one connection after the other, as long as it is not cancelled.
    awaitable<void> serve(TestPeer& peer) {
        for (;;) {
            try {
                auto connection = co_await peer.accept();
                ++handshakes_;
                while (!(co_await connection.request()).empty()) {
                    co_await connection.say("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello");
                }
            } catch (const boost::system::system_error& error) {
                // A client that does not trust us breaks off the handshake.
                if (error.code() == asio::error::operation_aborted) {
                    throw;
                }
            }
        }
    }

    awaitable<void> fetch(HttpClient& client, std::string url) {
        ClientRequest request;
        request.url = std::move(url);
        response_ = co_await client.fetch(std::move(request));
    }

    // Error of fetching `host` from a server with the certificate NAME, trusting `authority_file`.
    Error fetch_from(const std::string& name, const char* names, const std::string& authority_file,
                     const std::string& host) {
        asio::io_context context;
        auto identity = make_identity(name, names).context();
        TestPeer peer(context, identity);
        HttpClient client(clock_, client_tls(authority_file).value());
        Error error;
        auto both = [&]() -> awaitable<void> {
            Task serving(co_await asio::this_coro::executor, serve(peer));
            error = co_await failure_of(fetch(client, fmt::format("https://{}:{}/", host, peer.port())));
            if (error.kind == ErrorKind::Internal) {
                co_await fetch(client, fmt::format("https://{}:{}/", host, peer.port()));
            }
            co_await serving.stop();
        };
        run_to_end(context, both());
        return error;
    }

    SystemClock clock_;
    Response response_;
    int handshakes_ = 0;
};

TEST_F(TlsConversation, TrustsTheGivenAuthorityAndUsesTheConnectionAgain) {
    auto error = fetch_from("good", "DNS:localhost", path("good.pem"), "localhost");
    EXPECT_EQ(error.message, "it did not fail");
    EXPECT_EQ(response_.body, "hello");
    EXPECT_EQ(handshakes_, 1);
}

TEST_F(TlsConversation, VerifiesAnAddressAsAnAddress) {
    EXPECT_EQ(fetch_from("good", "IP:127.0.0.1", path("good.pem"), "127.0.0.1").message, "it did not fail");
    EXPECT_EQ(fetch_from("name", "DNS:127.0.0.1", path("name.pem"), "127.0.0.1").kind,
              ErrorKind::ProviderBroke);
}

TEST_F(TlsConversation, RefusesACertificateOfAnUnknownAuthority) {
    make_identity("other", "DNS:localhost");
    auto error = fetch_from("good", "DNS:localhost", path("other.pem"), "localhost");
    EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(error.message, AllOf(HasSubstr("not trusted"), HasSubstr("localhost:")));
    EXPECT_EQ(fetch_from("good", "DNS:localhost", "", "localhost").kind, ErrorKind::ProviderBroke);
    EXPECT_EQ(handshakes_, 0);
}

TEST_F(TlsConversation, RefusesACertificateForAnotherHost) {
    auto error = fetch_from("good", "DNS:elsewhere.example", path("good.pem"), "localhost");
    EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
    EXPECT_THAT(error.message, HasSubstr("hostname mismatch"));
}

TEST_F(TlsConversation, SaysWhenAPeerDoesNotSpeakTls) {
    asio::io_context context;
    TestPeer peer(context);
    make_identity("good", "DNS:localhost");
    HttpClient client(clock_, client_tls(path("good.pem")).value());
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer.accept();
        co_await connection.say("HTTP/1.1 400 Bad Request\r\n\r\n");
        co_await connection.until_closed();
    };
    auto client_side = [&]() -> awaitable<void> {
        auto error = co_await failure_of(fetch(client, fmt::format("https://localhost:{}/", peer.port())));
        EXPECT_EQ(error.kind, ErrorKind::ProviderBroke);
        EXPECT_THAT(error.message, HasSubstr("does not speak TLS"));
    };
    run_to_end(context, together(peer_side(), client_side()));
}

TEST_F(TlsConversation, GivesUpOnAHandshakeThatStalls) {
    asio::io_context context;
    TestPeer peer(context);
    make_identity("good", "DNS:localhost");
    HttpClient client(clock_, client_tls(path("good.pem")).value());
    auto attempt = [&]() -> awaitable<void> {
        ClientRequest request;
        request.url = fmt::format("https://localhost:{}/", peer.port());
        request.connect_timeout = 50ms;
        co_await client.fetch(std::move(request));
    };
    auto peer_side = [&]() -> awaitable<void> {
        auto connection = co_await peer.accept();
        co_await connection.until_closed();
    };
    auto client_side = [&]() -> awaitable<void> {
        auto error = co_await failure_of(attempt());
        EXPECT_EQ(error.kind, ErrorKind::ProviderLate);
    };
    run_to_end(context, together(peer_side(), client_side()));
}

TEST_F(TlsConversation, CancellingClosesTheConnection) {
    asio::io_context context;
    TestPeer peer(context, make_identity("good", "DNS:localhost").context());
    HttpClient client(clock_, client_tls(path("good.pem")).value());
    auto everything = [&]() -> awaitable<void> {
        auto executor = co_await asio::this_coro::executor;
        Task fetching(executor, fetch(client, fmt::format("https://localhost:{}/", peer.port())));
        auto connection = co_await peer.accept();
        co_await connection.request();
        co_await connection.say("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\nhello");
        co_await fetching.stop();
        co_await connection.until_closed();
    };
    run_to_end(context, everything());
}

TEST_F(TlsConversation, OpensAWebSocket) {
    asio::io_context context;
    TestPeer peer(context, make_identity("good", "DNS:localhost").context());
    HttpClient client(clock_, client_tls(path("good.pem")).value());
    auto client_side = [&]() -> awaitable<void> {
        auto socket = co_await client.connect(fmt::format("wss://localhost:{}/ws", peer.port()));
        auto sent = co_await socket->send_text("hello");
        EXPECT_TRUE(sent);
        auto end = co_await socket->receive();
        EXPECT_FALSE(end);
    };
    auto peer_side = [&]() -> awaitable<void> {
        std::string head;
        auto socket = co_await peer.accept_websocket(clock_, head);
        EXPECT_THAT(head, HasSubstr(fmt::format("Host: localhost:{}\r\n", peer.port())));
        auto message = co_await socket->receive();
        EXPECT_TRUE(message && message->data == "hello");
        co_await socket->close(CloseCode::Normal);
    };
    run_to_end(context, together(client_side(), peer_side()));
}

TEST_F(TlsConversation, NeedsTrustForASecureUrl) {
    asio::io_context context;
    HttpClient client(clock_, nullptr);
    auto attempt = [&]() -> awaitable<void> {
        auto error = co_await failure_of(fetch(client, "https://localhost:1/"));
        EXPECT_EQ(error.kind, ErrorKind::Unavailable);
        EXPECT_THAT(error.message, HasSubstr("TLS"));
    };
    run_to_end(context, attempt());
}

}  // namespace
}  // namespace repartee::net
