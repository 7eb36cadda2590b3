#include "engines/provider.h"

#include <gmock/gmock.h>

namespace repartee::engines {

namespace {

using testing::HasSubstr;
using testing::Not;

const Provider vendor{.name = "Vendor",
                      .base_url = "https://api.vendor.example",
                      .key_variable = "VENDOR_API_KEY",
                      .key = Secret("sk-secret")};

TEST(ProviderUrls, PutAPathBehindTheBase) {
    struct Row {
        std::string base;
        std::string http;
        std::string socket;
    };
    for (const auto& row :
         {Row{"https://api.vendor.example", "https://api.vendor.example/x", "wss://api.vendor.example/x"},
          Row{"https://api.vendor.example/v1//", "https://api.vendor.example/v1/x",
              "wss://api.vendor.example/v1/x"},
          Row{"wss://api.vendor.example", "https://api.vendor.example/x", "wss://api.vendor.example/x"},
          Row{"http://127.0.0.1:80", "http://127.0.0.1:80/x", "ws://127.0.0.1:80/x"},
          Row{"ws://localhost:1", "http://localhost:1/x", "ws://localhost:1/x"},
          Row{"localhost:8000/v1", "http://localhost:8000/v1/x", "ws://localhost:8000/v1/x"},
          Row{"api.vendor.example", "https://api.vendor.example/x", "wss://api.vendor.example/x"},
          Row{"ftp://x", "ftp://x/x", "ftp://x/x"}}) {
        EXPECT_EQ(http_url(row.base, "/x"), row.http);
        EXPECT_EQ(socket_url(row.base, "/x"), row.socket);
    }
}

TEST(ProviderUrls, EncodeValues) {
    EXPECT_EQ(query_value("ink-whisper_1.0~"), "ink-whisper_1.0~");
    EXPECT_EQ(query_value("a b&c=d/\xE0"), "a%20b%26c%3Dd%2F%E0");
}

TEST(Provider, NeedsAKeyOnlyElsewhere) {
    EXPECT_FALSE(lacks_key(vendor));
    EXPECT_TRUE(lacks_key({.name = "V", .base_url = "https://api.vendor.example"}));
    EXPECT_FALSE(lacks_key({.name = "V", .base_url = "http://127.0.0.1:8000"}));
    EXPECT_THAT(missing_key(vendor).message, HasSubstr("VENDOR_API_KEY"));
    EXPECT_THAT(health_without_key(vendor).advice, HasSubstr("VENDOR_API_KEY"));
}

TEST(ProviderRefusal, MeansSomethingForTheTurn) {
    struct Row {
        int status;
        ErrorKind kind;
        std::string says;
    };
    for (const auto& row :
         {Row{400, ErrorKind::Unavailable, "does not take the request: no such voice"},
          Row{401, ErrorKind::Unavailable, "set VENDOR_API_KEY"}, Row{402, ErrorKind::Unavailable, "balance"},
          Row{403, ErrorKind::Unavailable, "set VENDOR_API_KEY"},
          Row{404, ErrorKind::Unavailable, "no such voice"},
          Row{408, ErrorKind::ProviderBroke, "gave up waiting"}, Row{413, ErrorKind::TooLarge, "too long"},
          Row{429, ErrorKind::Busy, "busy"}, Row{500, ErrorKind::ProviderBroke, "failed: no such voice"},
          Row{503, ErrorKind::Busy, "busy"}, Row{200, ErrorKind::ProviderBroke, "failed"}}) {
        auto error = refusal(vendor, row.status, "no such voice");
        EXPECT_EQ(error.kind, row.kind) << row.status;
        EXPECT_THAT(error.message, HasSubstr(row.says));
        EXPECT_THAT(error.message, HasSubstr("Vendor"));
        EXPECT_THAT(error.detail, HasSubstr(std::to_string(row.status)));
    }
}

TEST(ProviderRefusal, NeverRepeatsTheKey) {
    for (int status : {400, 401, 403, 429, 500}) {
        auto error = refusal(vendor, status, "the key sk-secret (yes, sk-secret) is wrong\r\n");
        EXPECT_THAT(error.message, Not(HasSubstr("sk-secret"))) << status;
        EXPECT_THAT(error.detail, Not(HasSubstr("sk-secret"))) << status;
        EXPECT_THAT(error.detail, Not(HasSubstr("\n"))) << status;
    }
    // Some repeat it in part.
    EXPECT_THAT(refusal(vendor, 401, "Incorrect key: sk-se****et").message, Not(HasSubstr("sk-se")));
}

TEST(ProviderComplaint, IsFoundInEveryShape) {
    struct Row {
        std::string body;
        std::string complaint;
    };
    for (const auto& row : {
             Row{R"({"error":{"message":"bad file","type":"x"}})", "bad file"},
             Row{R"({"detail":{"error":"validation_error","message":"bad voice"}})", "bad voice"},
             Row{R"({"detail":[{"msg":"field required","loc":["body"]}]})", "field required"},
             Row{R"({"detail":"Not Found"})", "Not Found"},
             Row{R"({"error":"Title: message"})", "Title: message"},
             Row{R"({"type":"error","error_code":null,"title":"Bad","message":"model not found"})",
                 "model not found"},
             Row{R"({"error_code":400,"error_message":"no such model"})", "no such model"},
             Row{R"({"error":7})", ""},
             Row{R"({)", ""},
             Row{"Invalid request", "Invalid request"},
             Row{"<html>500</html>", ""},
             Row{" \n", ""},
             Row{"", ""},
         }) {
        EXPECT_EQ(complaint_in(row.body), row.complaint) << row.body;
    }
}

}  // namespace

}  // namespace repartee::engines
