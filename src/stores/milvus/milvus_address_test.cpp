#include "stores/milvus/milvus_address.h"

#include <gmock/gmock.h>

namespace repartee::stores::milvus {
namespace {

TEST(MilvusAddress, IsThisMachineWithoutAUrl) {
    const auto address = parse_address("").value();
    EXPECT_EQ(address.origin, "http://localhost:19530");
    EXPECT_TRUE(address.token.empty());
}

TEST(MilvusAddress, HasUserPortAndDatabase) {
    const auto address = parse_address("HTTP://root:Mil%40vus@vectors.example:1234/house").value();
    EXPECT_EQ(address.origin, "http://vectors.example:1234");
    EXPECT_EQ(address.place, "vectors.example:1234");
    EXPECT_EQ(address.token.reveal(), "root:Mil@vus");
    EXPECT_EQ(address.database, "house");
    EXPECT_EQ(parse_address("https://key@cluster.example").value().origin, "https://cluster.example:443");
    EXPECT_EQ(parse_address("https://key@cluster.example").value().token.reveal(), "key");
    EXPECT_EQ(parse_address("http://[::1]/").value().origin, "http://[::1]:19530");
}

TEST(MilvusAddress, SaysWhatIsWrongAndQuotesNothing) {
    for (const auto* url :
         {"hush", "milvus://u:hush@h", "http://", "http://u:hush@h:0", "http://u:hush@h:99999",
          "http://u:hush@h/a/b", "http://u:hush@h?x=1", "http://u:hush@h/d#x"}) {
        const auto address = parse_address(url);
        ASSERT_FALSE(address) << url;
        EXPECT_THAT(address.error().message, testing::Not(testing::HasSubstr("hush")));
    }
}

TEST(MilvusAddress, CollectionsHaveNamesThatMilvusTakes) {
    EXPECT_EQ(fault_of_collection("repartee_1"), "");
    for (const auto* name : {"", "1house", "my-house", "haus\xC3\xA4"}) {
        EXPECT_NE(fault_of_collection(name), "") << name;
    }
    EXPECT_NE(fault_of_collection(std::string(201, 'a')), "");
}

}  // namespace
}  // namespace repartee::stores::milvus
