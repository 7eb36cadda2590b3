#include "surfaces/captions/kept_lines.h"

#include <gtest/gtest.h>

namespace repartee::surfaces::captions {

namespace {

TEST(KeptLines, AreBoundedInNumberAndAge) {
    const WallTime origin{1'700'000'000s};
    KeptLines kept(3, 60s);
    for (int second = 0; second < 5; ++second) {
        hearing::RoomLine line;
        line.transcript.text = std::to_string(second);
        line.end = origin + std::chrono::seconds(second);
        kept.add(line);
    }
    auto texts = [&](std::size_t count, Duration later) {
        std::string all;
        for (const auto& line : kept.last(count, origin + later)) {
            all += line.transcript.text;
        }
        return all;
    };
    EXPECT_EQ(texts(100, 5s), "234");
    EXPECT_EQ(texts(2, 5s), "34");
    EXPECT_EQ(texts(0, 5s), "");
    EXPECT_EQ(texts(100, 63s), "34");
    EXPECT_EQ(texts(100, 2min), "");
    hearing::RoomLine none;
    KeptLines nothing(0, 60s);
    nothing.add(none);
    EXPECT_TRUE(nothing.last(1, origin).empty());
}

TEST(KeptLines, TranslationsAreKeptApart) {
    const WallTime origin{1'700'000'000s};
    KeptLines kept(3, 60s);
    for (const auto* translation : {"", "en", "", "en", "de"}) {
        hearing::RoomLine line;
        line.end = origin;
        kept.add(line, translation);
    }
    EXPECT_EQ(kept.last(10, origin).size(), 1u) << "three are kept of all together";
    EXPECT_EQ(kept.last(10, origin, "en").size(), 1u);
    EXPECT_EQ(kept.last(10, origin, "de").size(), 1u);
    EXPECT_EQ(kept.last(10, origin, "fr").size(), 0u);
    kept.add({}, "de");
    EXPECT_FALSE(kept.empty(origin)) << "translated lines count as well";
    EXPECT_TRUE(kept.empty(origin + 2min));
}

TEST(KeptLines, KnowWhoSaidThemBetterLater) {
    const WallTime origin{1'700'000'000s};
    KeptLines kept(3, 60s);
    for (std::uint64_t id = 1; id <= 2; ++id) {
        hearing::RoomLine line;
        line.id = id;
        line.end = origin;
        kept.add(line);
    }
    kept.revise({{{2, Speaker{.number = 5}}, {9, Speaker{.number = 1}}}});
    auto lines = kept.last(2, origin);
    EXPECT_EQ(lines[0].speaker, std::nullopt);
    EXPECT_EQ(lines[1].speaker, Speaker{.number = 5});
}

}  // namespace
}  // namespace repartee::surfaces::captions
