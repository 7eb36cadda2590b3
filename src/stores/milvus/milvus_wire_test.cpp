#include "stores/milvus/milvus_wire.h"

#include <gmock/gmock.h>

#include <limits>

namespace repartee::stores::milvus {
namespace {

namespace json = boost::json;

TEST(MilvusWire, TellsFailuresByTheirCode) {
    EXPECT_FALSE(trouble_of(200, 0));
    EXPECT_FALSE(trouble_of(200, 200));
    EXPECT_EQ(trouble_of(200, 100), Trouble::NoCollection);
    EXPECT_EQ(trouble_of(200, 101), Trouble::NotLoaded);
    EXPECT_EQ(trouble_of(200, 103), Trouble::NotLoaded);
    EXPECT_EQ(trouble_of(200, 8), Trouble::Throttled);
    EXPECT_EQ(trouble_of(200, 1100), Trouble::Misunderstood);
    EXPECT_EQ(trouble_of(200, 4711), Trouble::Unexpected);
    EXPECT_EQ(trouble_of(401, 1800), Trouble::NotPermitted);
    EXPECT_EQ(trouble_of(429, 0), Trouble::Throttled);
    EXPECT_EQ(trouble_of(404, 0), Trouble::Away);
    EXPECT_EQ(trouble_of(504, 0), Trouble::NotReady);
}

TEST(MilvusWire, VectorsAreTheSameFloatsOnTheOtherSide) {
    const Vector vector{0.1F, -1, 1e-7F, 1.0F / 3};
    const auto parsed = json::parse(array_of(vector)).as_array();
    ASSERT_EQ(parsed.size(), 4U);
    for (std::size_t at = 0; at < vector.size(); ++at) {
        EXPECT_EQ(static_cast<float>(parsed[at].to_number<double>()), vector[at]);
    }
    EXPECT_FALSE(is_finite({1, std::numeric_limits<float>::quiet_NaN()}));
}

TEST(MilvusWire, ReadsHitsWithNumbersOrTexts) {
    const auto hits = hits_in(json::parse(
        R"([{"id":"k","distance":0.91,"memory_id":"m","revision":7},
            {"id":12,"distance":1,"memory_id":"n","revision":"9007199254740993"}])"));
    ASSERT_EQ(hits.size(), 2U);
    EXPECT_EQ(hits[0].score, 0.91);
    EXPECT_EQ(hits[1].key, "12");
    EXPECT_EQ(hits[1].revision, 9007199254740993);
    EXPECT_THROW(hits_in(json::parse(R"([{"id":"k"}])")), MilvusFailure);
    EXPECT_THROW(hits_in(json::parse(R"({"id":"k"})")), MilvusFailure);
    EXPECT_THROW(hits_in(json::parse(R"([{"id":"k","distance":1,"memory_id":"n","revision":"x"}])")),
                 MilvusFailure);
}

json::value described(const std::string& dimension, const std::string& metric) {
    return json::parse(R"({"fields":[{"name":"id"},{"name":"owner"},{"name":"memory_id"},{"name":"revision"},
        {"name":"vector","params":[{"key":"dim","value":")" +
                       dimension + R"("}]}],"indexes":[{"fieldName":"vector","metricType":")" + metric +
                       R"("}]})");
}

TEST(MilvusWire, SaysWhatIsWrongWithACollection) {
    EXPECT_EQ(fault_of_shape(described("384", "COSINE"), 384), "");
    EXPECT_THAT(fault_of_shape(described("3", "COSINE"), 384),
                testing::HasSubstr("has vectors of 3 numbers, and the embedder makes 384"));
    EXPECT_THAT(fault_of_shape(described("384", "L2"), 384), testing::HasSubstr("compares by L2"));
    EXPECT_THAT(fault_of_shape(json::parse(R"({"fields":[{"name":"id"}]})"), 384),
                testing::HasSubstr("no field owner"));
}

TEST(MilvusWire, EveryVersionHasAKeyOfItsOwn) {
    const auto one = key_of(Owner::user(7), "a", 12);
    EXPECT_EQ(one, key_of(Owner::user(7), "a", 12));
    EXPECT_NE(one, key_of(Owner::user(7), "a", 13));
    EXPECT_NE(one, key_of(Owner::user(71), "a", 2));
    EXPECT_NE(key_of(Owner::user(7), "a1", 2), key_of(Owner::user(7), "a", 12));
    EXPECT_NE(collection_name("repartee", "one", 2), collection_name("repartee", "two", 2));
}

}  // namespace
}  // namespace repartee::stores::milvus
