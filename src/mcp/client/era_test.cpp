#include "mcp/client/era.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace repartee::mcp::client {
namespace {

namespace json = boost::json;

Answer refusal(int status, std::int64_t code, json::value data = nullptr) {
    return {.status = status, .error = RpcError{code, "no", std::move(data)}};
}

std::string era_of_answer(const Answer& answer, Transport transport = Transport::Http) {
    auto era = era_by_probe(answer, transport);
    return !era ? "none" : *era == Era::Modern ? "modern" : "legacy";
}

json::value supported(std::initializer_list<json::value_ref> versions) {
    return json::object{{"supported", json::array(versions)}};
}

TEST(McpEra, ShowsInTheAnswerToAModernRequest) {
    EXPECT_EQ(era_of_answer({.result = json::object()}), "modern");
    EXPECT_EQ(era_of_answer({.result = json::object{{"supportedVersions", json::array{"2026-07-28"}}}}),
              "modern");
    EXPECT_EQ(era_of_answer({.result = json::object{{"supportedVersions", json::array{"2025-11-25"}}}}),
              "legacy");
    EXPECT_EQ(era_of_answer(refusal(400, codes::header_mismatch)), "modern");
    EXPECT_EQ(era_of_answer(refusal(400, codes::missing_capability)), "modern");
    EXPECT_EQ(era_of_answer(refusal(404, codes::method_not_found)), "modern");
    EXPECT_EQ(era_of_answer(refusal(200, codes::method_not_found)), "legacy");
    EXPECT_EQ(era_of_answer(refusal(404, codes::method_not_found), Transport::Process), "legacy");
    EXPECT_EQ(era_of_answer(refusal(400, -32000)), "legacy");
    EXPECT_EQ(era_of_answer({.status = 400}), "legacy");
    EXPECT_EQ(era_of_answer({.status = 405}), "legacy");
    EXPECT_EQ(era_of_answer(refusal(400, codes::unsupported_version, supported({"2026-07-28"}))), "modern");
    EXPECT_EQ(era_of_answer(refusal(400, codes::unsupported_version, supported({"2025-06-18", "1"}))),
              "legacy");
    EXPECT_EQ(era_of_answer(refusal(400, codes::unsupported_version, supported({"2027-01-01"}))), "none");
    EXPECT_EQ(era_of_answer(refusal(400, codes::unsupported_version)), "none");
}

TEST(McpEra, EndsAHandshakeWithAVersionThatWeSpeak) {
    auto version = [](json::value answered) {
        return version_agreed({.result = json::object{{"protocolVersion", std::move(answered)}}});
    };
    EXPECT_EQ(version("2025-06-18").value(), "2025-06-18");
    EXPECT_EQ(version("2025-03-26").value(), "2025-03-26");
    EXPECT_FALSE(version("2024-11-05"));
    EXPECT_FALSE(version("2026-07-28"));
    EXPECT_FALSE(version(7));
    EXPECT_FALSE(version_agreed({.status = 405}));
    EXPECT_FALSE(version_agreed(refusal(200, codes::invalid_params, supported({"2024-11-05"}))));
}

}  // namespace
}  // namespace repartee::mcp::client
