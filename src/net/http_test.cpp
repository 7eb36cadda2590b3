#include "net/http.h"

#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

namespace repartee::net {
namespace {

TEST(Headers, FindNamesInAnyCaseAndKeepOrder) {
    Headers headers{{"Accept", "a"}, {"X-Two", "1"}, {"x-two", "2"}};
    EXPECT_EQ(headers.get("ACCEPT"), "a");
    EXPECT_EQ(headers.get("X-TWO"), "1");
    EXPECT_EQ(headers.get("X"), std::nullopt);
    EXPECT_TRUE(headers.has("accept"));
}

TEST(Headers, SetLeavesOneOfTheName) {
    Headers headers{{"A", "1"}, {"B", "2"}, {"a", "3"}};
    headers.set("a", "4");
    headers.set("C", "5");
    std::string all;
    for (const auto& [name, value] : headers) {
        all += name + value;
    }
    EXPECT_EQ(all, "A4B2C5");
}

TEST(Parameter, IsDecoded) {
    Request request;
    request.query = "agent_id=a%20b+c&empty=&flag&na%6De=x&bad=%zz%4&agent_id=second";
    EXPECT_EQ(request.parameter("agent_id"), "a b c");
    EXPECT_EQ(request.parameter("empty"), "");
    EXPECT_EQ(request.parameter("flag"), "");
    EXPECT_EQ(request.parameter("name"), "x");
    EXPECT_EQ(request.parameter("bad"), "%zz%4");
    EXPECT_EQ(request.parameter("absent"), std::nullopt);
    request.query = "";
    EXPECT_EQ(request.parameter(""), std::nullopt);
}

TEST(ErrorResponse, ServesEveryClientsTaste) {
    Request request;
    request.id = "7";
    auto response = error_response(request, 404, "not_found", "No \"such\" thing");
    EXPECT_EQ(response.status, 404);
    EXPECT_EQ(response.headers.get("content-type"), "application/json");
    auto body = boost::json::parse(response.body).as_object();
    EXPECT_EQ(body.at("detail"), "No \"such\" thing");
    EXPECT_EQ(body.at("message"), "No \"such\" thing");
    EXPECT_EQ(body.at("code"), "not_found");
    EXPECT_EQ(body.at("request_id"), "7");
}

TEST(ErrorResponse, SaysWhenToComeBackAndHowToIdentify) {
    EXPECT_TRUE(error_response({}, Error{ErrorKind::Busy, "busy"}).headers.has("Retry-After"));
    EXPECT_TRUE(error_response({}, Error{ErrorKind::TooMany, "slow down"}).headers.has("Retry-After"));
    EXPECT_TRUE(
        error_response({}, Error{ErrorKind::Unauthenticated, "who?"}).headers.has("WWW-Authenticate"));
    EXPECT_EQ(error_response({}, Error{ErrorKind::TooMany, "slow down", {}, 37}).headers.get("Retry-After"),
              "37");
    EXPECT_FALSE(error_response({}, Error{ErrorKind::NotFound, "gone"}).headers.has("Retry-After"));
}

TEST(ErrorResponse, KeepsBugsToItself) {
    auto response = error_response({}, Error{ErrorKind::Internal, "segment 7 is null", "at line 3"});
    EXPECT_EQ(response.status, 500);
    EXPECT_EQ(response.body.find("segment"), std::string::npos);
    EXPECT_EQ(response.body.find("line 3"), std::string::npos);
}

TEST(StatusOf, FollowsTheTable) {
    EXPECT_EQ(status_of(ErrorKind::Malformed), 400);
    EXPECT_EQ(status_of(ErrorKind::Unprocessable), 422);
    EXPECT_EQ(status_of(ErrorKind::TooLarge), 413);
    EXPECT_EQ(status_of(ErrorKind::ProviderBroke), 502);
    EXPECT_EQ(status_of(ErrorKind::ProviderLate), 504);
    EXPECT_EQ(status_of(ErrorKind::Unavailable), 503);
}

}  // namespace
}  // namespace repartee::net
