#include "app/heritage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <sys/socket.h>

namespace repartee::app {
namespace {

using testing::HasSubstr;

// At a free port.
Descriptor listening(const char* address = "127.0.0.1") {
    Descriptor socket(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_in where{};
    where.sin_family = AF_INET;
    ::inet_pton(AF_INET, address, &where.sin_addr);
    EXPECT_EQ(::bind(socket.get(), reinterpret_cast<const sockaddr*>(&where), sizeof where), 0);
    EXPECT_EQ(::listen(socket.get(), 5), 0);
    return socket;
}

Heritage heritage_of(std::vector<processes::Inherited> things) {
    auto heritage = Heritage::of(std::move(things));
    EXPECT_TRUE(heritage) << heritage.error().message;
    return std::move(*heritage);
}

template <class... Things>
std::vector<processes::Inherited> things(Things... all) {
    std::vector<processes::Inherited> list;
    (list.push_back(std::move(all)), ...);
    return list;
}

processes::Inherited thing(std::string_view name, Descriptor descriptor) {
    return {std::string(name), std::move(descriptor)};
}

TEST(Heritage, IsNothingForMost) {
    auto heritage = heritage_of({});
    EXPECT_FALSE(heritage.has_predecessor());
    EXPECT_FALSE(heritage.take_own_listener({"127.0.0.1", 8000}));
    EXPECT_FALSE(heritage.take_folder().is_open());
}

TEST(Heritage, OfAPredecessorIsTakenWhereItFits) {
    auto line = things(thing(name_of_line, Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC))),
                       thing(name_of_folder, Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC))),
                       thing(name_of_other_listener, listening()), thing(name_of_own_listener, listening()));
    auto other = net::listening_at(line[2].descriptor.get()).value();
    auto own = net::listening_at(line[3].descriptor.get()).value();
    auto heritage = heritage_of(std::move(line));
    EXPECT_TRUE(heritage.has_predecessor());
    // Another port is wanted now: that is no use of the old one.
    EXPECT_FALSE(heritage.take_own_listener({"127.0.0.1", static_cast<std::uint16_t>(1)}));
    EXPECT_FALSE(heritage.take_own_listener({"0.0.0.0", own.port}));
    auto taken = heritage.take_own_listener({"127.0.0.1", 0});
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->at.port, own.port);
    EXPECT_FALSE(heritage.take_listener(own));
    EXPECT_TRUE(heritage.take_listener(other));
    EXPECT_TRUE(heritage.listeners().empty());
    EXPECT_TRUE(heritage.take_folder().is_open());
    EXPECT_TRUE(heritage.take_line().is_open());
    EXPECT_FALSE(heritage.has_predecessor());
}

TEST(Heritage, OfSystemdIsTakenWhereverItListens) {
    auto heritage = heritage_of(things(thing("repartee.socket", listening("127.0.0.2"))));
    auto taken = heritage.take_own_listener({"127.0.0.1", 8000});
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->at.address, "127.0.0.2");
}

TEST(Heritage, OfSystemdStaysThatFromOneServerToTheNext) {
    auto line = things(thing(name_of_line, Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC))),
                       thing(name_of_other_listener, listening("127.0.0.2")),
                       thing(name_of_given_listener, listening("127.0.0.2")));
    auto given = net::listening_at(line[2].descriptor.get()).value();
    auto heritage = heritage_of(std::move(line));
    auto taken = heritage.take_own_listener({"127.0.0.1", 8000});
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->at.port, given.port);
    EXPECT_EQ(taken->name, name_of_given_listener);
    heritage.close_rest();
    EXPECT_TRUE(heritage.listeners().empty());
}

TEST(Heritage, OfSystemdGoesByThePortWhereThereAreSeveral) {
    auto several = things(thing("repartee.socket", listening("127.0.0.2")),
                          thing("repartee.socket", listening("127.0.0.2")));
    auto second = net::listening_at(several[1].descriptor.get()).value();
    auto heritage = heritage_of(std::move(several));
    auto taken = heritage.take_own_listener({"127.0.0.1", second.port});
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->at.port, second.port);
    EXPECT_EQ(heritage.listeners().size(), 1u);
}

TEST(Heritage, ThatIsOfNoUseIsToldAbout) {
    auto refusal = [](Descriptor descriptor) {
        auto heritage = Heritage::of(things(thing("repartee.socket", std::move(descriptor))));
        return heritage ? "" : heritage.error().message;
    };
    EXPECT_THAT(refusal(Descriptor(::open("/dev/null", O_RDWR | O_CLOEXEC))), HasSubstr("no socket"));
    EXPECT_THAT(refusal(Descriptor(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0))),
                HasSubstr("not for TCP"));
    EXPECT_THAT(refusal(Descriptor(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))),
                HasSubstr("not for TCP"));
    EXPECT_THAT(refusal(Descriptor(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0))),
                HasSubstr("does not listen"));
}

}  // namespace
}  // namespace repartee::app
