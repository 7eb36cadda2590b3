#include "app/time_line_chart.h"

#include <boost/json.hpp>
#include <gtest/gtest.h>

namespace repartee::app {
namespace {

TEST(TimeLineChart, DrawsEachStepToScaleInOrder) {
    auto message =
        boost::json::parse(R"({"moments":{"first_token":100,"speech_end":0,"final_text":50}})").get_object();
    EXPECT_EQ(time_line_chart(message),
              "  speech end        0.0 ms  \n"
              "  final text       50.0 ms  ####################\n"
              "  first token     100.0 ms                      ####################\n");
}

TEST(TimeLineChart, NothingToDrawIsEmpty) {
    EXPECT_EQ(time_line_chart({}), "");
    EXPECT_EQ(time_line_chart({{"moments", boost::json::object{}}}), "");
    EXPECT_EQ(time_line_chart({{"moments", "soon"}}), "");
}

}  // namespace
}  // namespace repartee::app
