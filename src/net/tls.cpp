#include "net/tls.h"

#include <boost/asio/ssl/context.hpp>
#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <optional>

namespace repartee::net {

namespace {

namespace ssl = boost::asio::ssl;
using boost::system::error_code;

TlsContext make_context(ssl::context::method method) {
    auto context = std::make_shared<ssl::context>(method);
    auto* native = context->native_handle();
    SSL_CTX_set_min_proto_version(native, TLS1_2_VERSION);
    // Renegotiation is the classic way to make a server compute for nothing.
    SSL_CTX_set_options(native, SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_COMPRESSION);
    // An idle connection gives back some 30 KiB of buffers.
    SSL_CTX_set_mode(native, SSL_MODE_RELEASE_BUFFERS);
    return context;
}

// OpenSSL says the same of a missing file and of an empty one, so we look first.
std::optional<Error> unreadable(std::string_view what, const std::string& file) {
    errno = 0;
    std::ifstream stream(file, std::ios::binary);
    if (stream && stream.peek() != std::ifstream::traits_type::eof()) {
        return std::nullopt;
    }
    std::string why = stream.is_open() && errno == 0 ? "it is empty" : std::strerror(errno);
    return Error{ErrorKind::NotFound, fmt::format("The {} file {} cannot be read: {}.", what, file, why), {}};
}

Error malformed(std::string_view what, const std::string& file, std::string_view why,
                const error_code& error) {
    return {ErrorKind::Malformed, fmt::format("The {} file {} {}.", what, file, why), error.message()};
}

}  // namespace

Result<TlsIdentity> TlsIdentity::load(const std::string& certificate_file, const std::string& key_file) {
    if (auto error = unreadable("certificate", certificate_file)) {
        return *error;
    }
    if (auto error = unreadable("key", key_file)) {
        return *error;
    }
    auto context = make_context(ssl::context::tls_server);
    error_code error;
    context->use_certificate_chain_file(certificate_file, error);
    if (error) {
        return malformed("certificate", certificate_file, "holds no certificate in PEM form", error);
    }

    // OpenSSL would ask on the terminal, and wait there.
    bool protected_by_phrase = false;
    context->set_password_callback([&](std::size_t, ssl::context::password_purpose) {
        protected_by_phrase = true;
        return std::string();
    });
    context->use_private_key_file(key_file, ssl::context::pem, error);
    context->set_password_callback([](std::size_t, ssl::context::password_purpose) {
        return std::string();
    });  // nothing of this frame remains
    if (protected_by_phrase) {
        return malformed("key", key_file, "is protected by a pass phrase, which is not supported", error);
    }
    // A key of the right kind for another certificate is refused when it is set; one of another kind is not.
    auto reason = ERR_GET_REASON(static_cast<unsigned long>(error.value()));
    bool mismatch = error && ERR_GET_LIB(static_cast<unsigned long>(error.value())) == ERR_LIB_X509 &&
                    (reason == X509_R_KEY_VALUES_MISMATCH || reason == X509_R_KEY_TYPE_MISMATCH);
    if (mismatch || (!error && SSL_CTX_check_private_key(context->native_handle()) != 1)) {
        ERR_clear_error();
        return Error{ErrorKind::Unprocessable,
                     fmt::format("The key in {} does not belong to the certificate in {}.", key_file,
                                 certificate_file),
                     error.message()};
    }
    if (error) {
        return malformed("key", key_file, "holds no private key in PEM form", error);
    }
    return TlsIdentity(std::move(context));
}

Result<TlsContext> client_tls(const std::string& authority_file) {
    auto context = make_context(ssl::context::tls_client);
    context->set_verify_mode(ssl::verify_peer);
    error_code error;
    if (authority_file.empty()) {
        context->set_default_verify_paths(error);
        if (error) {
            return Error{ErrorKind::Unavailable, "The certificates that this system trusts cannot be read.",
                         error.message()};
        }
        return context;
    }
    if (auto complaint = unreadable("authority", authority_file)) {
        return *complaint;
    }
    context->load_verify_file(authority_file, error);
    if (error) {
        return malformed("authority", authority_file, "holds no certificate in PEM form", error);
    }
    return context;
}

}  // namespace repartee::net
