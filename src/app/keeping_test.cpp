#include "app/keeping.h"

#include <gmock/gmock.h>

namespace repartee::app {
namespace {

class NamedDatabase final : public stores::Database {
public:
    explicit NamedDatabase(std::string name) : name_(std::move(name)) {}
    std::string name() const override { return name_; }
    stores::People& people() override { std::abort(); }
    stores::History& history() override { std::abort(); }
    stores::Memories& memories() override { std::abort(); }
    awaitable<stores::Migrations> migrate() override { co_return stores::Migrations{}; }
    awaitable<stores::StoreHealth> check() override { co_return stores::StoreHealth{}; }

private:
    const std::string name_;
};

class NamedShelf final : public stores::SessionShelf {
public:
    explicit NamedShelf(std::string name) : name_(std::move(name)) {}
    std::string name() const override { return name_; }
    stores::SessionMemory& sessions() override { std::abort(); }
    awaitable<stores::StoreHealth> check() override { co_return stores::StoreHealth{}; }

private:
    const std::string name_;
};

// Each kept thing is called by its kind and the address it was made with.
template <class Kept, class Named>
stores::Offer<Kept> offer_of(std::string kind, std::vector<std::string> schemes) {
    return {.kind = kind,
            .schemes = std::move(schemes),
            .create = [kind](const stores::Surroundings&, const std::string& url)
                -> Result<std::unique_ptr<Kept>> { return std::make_unique<Named>(kind + " " + url); }};
}

class KeepingOfSettings : public testing::Test {
protected:
    KeepingOfSettings() {
        catalogue_.databases.push_back(offer_of<stores::Database, NamedDatabase>("sqlite", {"sqlite"}));
        catalogue_.databases.push_back(
            offer_of<stores::Database, NamedDatabase>("postgres", {"postgresql", "postgres"}));
        catalogue_.session_shelves.push_back(offer_of<stores::SessionShelf, NamedShelf>("in_process", {}));
        catalogue_.session_shelves.push_back(offer_of<stores::SessionShelf, NamedShelf>("redis", {"redis"}));
    }

    std::string chosen(const std::string& database_url, const std::string& redis_url = {}) {
        const StoreSettings settings{Secret(database_url), Secret(redis_url)};
        EXPECT_TRUE(check_stores(settings, catalogue_).empty());
        Keeping keeping(settings, catalogue_,
                        {context_.get_executor(), clock_, Log::silent(), metrics_, "."});
        return keeping.database().name() + ", " + keeping.session_shelf().name();
    }

    asio::io_context context_;
    SystemClock clock_;
    Metrics metrics_;
    stores::Catalogue catalogue_;
};

TEST_F(KeepingOfSettings, IsTheFirstOfEachUnlessAnAddressSaysMore) {
    EXPECT_EQ(chosen(""), "sqlite , in_process ");
    EXPECT_EQ(chosen("postgres://u:p@h/d"), "postgres postgres://u:p@h/d, in_process ");
    EXPECT_EQ(chosen("PostgreSQL://h/d", "redis://h:1/0"), "postgres PostgreSQL://h/d, redis redis://h:1/0");
    EXPECT_EQ(chosen("sqlite:///x.db"), "sqlite sqlite:///x.db, in_process ");
}

TEST_F(KeepingOfSettings, IsAlsoWhatASectionOfItsOwnNames) {
    catalogue_.databases[1].is_named = [] { return true; };
    EXPECT_EQ(chosen(""), "postgres , in_process ");
    EXPECT_EQ(chosen("sqlite:///x.db"), "sqlite sqlite:///x.db, in_process ");
}

TEST_F(KeepingOfSettings, AnAddressOfNobodyIsAMistakeThatTellsNoPassword) {
    for (const auto* url : {"mysql://u:hush@h/d", "just/a/hush/path", "postgresql:hush", "://hush"}) {
        const auto mistakes = check_stores({Secret(url), {}}, catalogue_);
        ASSERT_EQ(mistakes.size(), 1U) << url;
        const auto text = config::to_text(mistakes);
        EXPECT_THAT(text, testing::HasSubstr("DATABASE_URL"));
        EXPECT_THAT(text, testing::HasSubstr("sqlite://, postgresql://, postgres://"));
        EXPECT_THAT(text, testing::Not(testing::HasSubstr("hush")));
    }
    EXPECT_EQ(check_stores({Secret("x"), Secret("y")}, catalogue_).size(), 2U);
}

}  // namespace
}  // namespace repartee::app
