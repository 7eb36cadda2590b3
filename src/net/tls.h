// TLS on both sides: our certificate as a server, whom we trust as a client.
#pragma once

#include "base/error.h"

#include <memory>
#include <string>

namespace boost::asio::ssl {
class context;
}

namespace repartee::net {

using TlsContext = std::shared_ptr<boost::asio::ssl::context>;  // shared by all connections that use it

// A PEM certificate chain and its key, TLS 1.2 and up.
class TlsIdentity {
public:
    // An Error names the file and what is wrong with it (missing, not PEM, key does not match).
    static Result<TlsIdentity> load(const std::string& certificate_file, const std::string& key_file);
    const TlsContext& context() const { return context_; }

private:
    explicit TlsIdentity(TlsContext context) : context_(std::move(context)) {}
    TlsContext context_;
};

// For clients: certificates are checked against the system's trust, or against `authority_file`
// where one is given.
Result<TlsContext> client_tls(const std::string& authority_file = {});

}  // namespace repartee::net
