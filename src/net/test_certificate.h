// For tests: keys and certificates made on the spot, in a folder of their own that goes away again.
#pragma once

#include "net/tls.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <string_view>
#include <system_error>

namespace repartee::net {

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

inline Key make_key() {
    return {EVP_EC_gen("P-256"), &EVP_PKEY_free};
}

// Signed by itself. `names` as OpenSSL writes them: "DNS:localhost,IP:127.0.0.1".
inline Certificate make_certificate(EVP_PKEY* key, const char* names) {
    Certificate certificate(X509_new(), &X509_free);
    X509_set_version(certificate.get(), X509_VERSION_3);
    ASN1_INTEGER_set(X509_get_serialNumber(certificate.get()), 1);
    X509_gmtime_adj(X509_getm_notBefore(certificate.get()), -3600);
    X509_gmtime_adj(X509_getm_notAfter(certificate.get()), 3600);
    X509_set_pubkey(certificate.get(), key);
    auto* name = X509_get_subject_name(certificate.get());
    X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, reinterpret_cast<const unsigned char*>("test"), -1,
                               -1, 0);
    X509_set_issuer_name(certificate.get(), name);
    auto* extension = X509V3_EXT_conf_nid(nullptr, nullptr, NID_subject_alt_name, names);
    X509_add_ext(certificate.get(), extension, -1);
    X509_EXTENSION_free(extension);
    X509_sign(certificate.get(), key, EVP_sha256());
    return certificate;
}

class CertificateFolder {
public:
    CertificateFolder() {
        // A folder per case, because cases run at the same time.
        folder_ =
            std::filesystem::path(testing::TempDir()) /
            fmt::format("repartee_tls_{}_{}", testing::UnitTest::GetInstance()->current_test_info()->name(),
                        static_cast<const void*>(this));
        std::filesystem::create_directories(folder_);
    }
    ~CertificateFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(folder_, ignored);
    }

    CertificateFolder(const CertificateFolder&) = delete;
    CertificateFolder& operator=(const CertificateFolder&) = delete;

    std::string path(const std::string& name) const { return (folder_ / name).string(); }

    std::string write_text(const std::string& name, std::string_view text) const {
        std::ofstream(path(name)) << text;
        return path(name);
    }

    std::string write_key(const std::string& name, EVP_PKEY* key, const char* phrase = nullptr) const {
        auto* file = std::fopen(path(name).c_str(), "w");
        PEM_write_PrivateKey(file, key, phrase ? EVP_aes_128_cbc() : nullptr,
                             reinterpret_cast<const unsigned char*>(phrase),
                             phrase ? static_cast<int>(std::strlen(phrase)) : 0, nullptr, nullptr);
        std::fclose(file);
        return path(name);
    }

    std::string write_certificate(const std::string& name, X509* certificate) const {
        auto* file = std::fopen(path(name).c_str(), "w");
        PEM_write_X509(file, certificate);
        std::fclose(file);
        return path(name);
    }

    // Writes NAME.pem and NAME.key.
    TlsIdentity make_identity(const std::string& name, const char* names) const {
        auto key = make_key();
        auto certificate = make_certificate(key.get(), names);
        auto certificate_file = write_certificate(name + ".pem", certificate.get());
        return TlsIdentity::load(certificate_file, write_key(name + ".key", key.get())).value();
    }

    const std::filesystem::path& folder() const { return folder_; }

private:
    std::filesystem::path folder_;
};

}  // namespace repartee::net
