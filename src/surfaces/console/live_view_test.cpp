#include "surfaces/console/live_view.h"

#include "surfaces/console/test_clock.h"

#include <boost/json/parse.hpp>
#include <gmock/gmock.h>

namespace repartee::surfaces::console {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class QuietSteward final : public Steward {
public:
    std::string version() const override { return "1.2.3"; }
    Listening listening() const override { return {}; }
    bool registration_open() const override { return true; }
    std::vector<StoreFacts> stores() const override { return {}; }
    awaitable<ModelShelf> models() override { co_return ModelShelf{}; }
    void fetch_model(std::string) override {}
    void stop_fetching(std::string) override {}
    std::vector<ModelFetch> fetches() const override { return {}; }
    void examine(Care) override {}
    Examination examination() const override { return {}; }
    std::uint64_t news() const override { return changes; }
    const LogTail& log_tail() const override { return tail; }

    std::uint64_t changes = 0;
    LogTail tail{3};
};

class LiveViews : public testing::Test {
protected:
    // The types of the messages that are due.
    std::vector<std::string> types() {
        std::vector<std::string> all;
        last.clear();
        for (const auto& message : view.news()) {
            last.push_back(boost::json::parse(message).as_object());
            all.emplace_back(last.back().at("type").as_string());
        }
        return all;
    }

    Metrics metrics;
    SetClock clock;
    Pulse pulse{metrics, clock};
    QuietSteward steward;
    std::string engines = R"({"type":"engines"})";
    LiveView view{[this] { return engines; }, steward, pulse, clock};
    std::vector<boost::json::object> last;
};

TEST_F(LiveViews, BeginWithAllAndGoOnWithWhatIsNew) {
    EXPECT_THAT(types(), ElementsAre("samples", "engines", "fetches", "examination", "log"));
    EXPECT_EQ(last[0].at("samples").as_array().size(), 1U);
    clock.time += 250ms;
    EXPECT_THAT(types(), IsEmpty());
    clock.time += 750ms;
    EXPECT_THAT(types(), ElementsAre("sample"));
}

TEST_F(LiveViews, TellOfTheLogWhatIsLeft) {
    steward.tail.add(LogLevel::Info, 1, "before");
    types();
    clock.time += 250ms;
    for (int line = 0; line < 5; ++line) {
        steward.tail.add(LogLevel::Info, 1, "new");
    }
    EXPECT_THAT(types(), ElementsAre("log"));
    EXPECT_EQ(last[0].at("lines").as_array().size(), 3U);
    EXPECT_EQ(last[0].at("lost"), 2);
}

TEST_F(LiveViews, TellOfEnginesAndOfWorkWhenTheyChange) {
    types();
    engines = R"({"type":"engines","ready":false})";
    ++steward.changes;
    clock.time += 250ms;
    EXPECT_THAT(types(), ElementsAre("fetches", "examination"));
    clock.time += 750ms;
    EXPECT_THAT(types(), ElementsAre("sample", "engines"));
}

TEST_F(LiveViews, ShareTheFigures) {
    types();
    LiveView other([this] { return engines; }, steward, pulse, clock);
    clock.time += 1s;
    auto mine = view.news();
    other.news();
    clock.time += 100ms;
    EXPECT_EQ(pulse.earlier().size(), 2U);
    EXPECT_EQ(mine[0], *pulse.earlier()[1]);
}

}  // namespace
}  // namespace repartee::surfaces::console
