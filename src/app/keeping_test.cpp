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

class NamedVectorStore final : public stores::VectorStore {
public:
    explicit NamedVectorStore(std::string name) : name_(std::move(name)) {}
    std::string name() const override { return name_; }
    stores::Memories& memories() override { std::abort(); }
    awaitable<stores::StoreHealth> check() override { co_return stores::StoreHealth{}; }
    awaitable<void> run() override { co_return; }

private:
    const std::string name_;
};

stores::VectorStoreOffer vector_store_offer(std::string kind) {
    return {.kind = kind,
            .schemes = {"http"},
            .check = [](const std::string& url) -> Result<void> {
                if (url == "wrong") {
                    return Error{ErrorKind::Unprocessable, "it is no address", {}};
                }
                return {};
            },
            .create = [kind](const stores::Surroundings&, const std::string& url,
                             stores::Database& database) -> Result<std::unique_ptr<stores::VectorStore>> {
                return std::make_unique<NamedVectorStore>(kind + " " + url + " of " + database.name());
            }};
}

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
        catalogue_.vector_stores.push_back(vector_store_offer("milvus"));
        catalogue_.vector_stores.push_back(vector_store_offer("other"));
    }

    std::string chosen(const std::string& database_url, const std::string& redis_url = {}) {
        const StoreSettings settings{Secret(database_url), Secret(redis_url)};
        EXPECT_TRUE(check_stores(settings, catalogue_).empty());
        Keeping keeping(settings, catalogue_,
                        {context_.get_executor(), clock_, Log::silent(), metrics_, "."});
        return keeping.database().name() + ", " + keeping.session_shelf().name();
    }

    // Empty where the database searches itself.
    std::string chosen_vector_store(const std::string& type, const std::string& url) {
        const StoreSettings settings{.vector_db_type = type, .vector_db_url = Secret(url)};
        EXPECT_TRUE(check_stores(settings, catalogue_).empty());
        Keeping keeping(settings, catalogue_,
                        {context_.get_executor(), clock_, Log::silent(), metrics_, "."});
        return keeping.vector_store() == nullptr ? std::string() : keeping.vector_store()->name();
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

TEST_F(KeepingOfSettings, TheDatabaseSearchesUnlessAVectorStoreIsNamed) {
    EXPECT_EQ(chosen_vector_store("", ""), "");
    EXPECT_EQ(chosen_vector_store("database", "http://h"), "");
    EXPECT_EQ(chosen_vector_store("Milvus", ""), "milvus  of sqlite ");
    EXPECT_EQ(chosen_vector_store("", "http://h"), "milvus http://h of sqlite ");
    EXPECT_EQ(chosen_vector_store("other", "http://h"), "other http://h of sqlite ");
}

TEST_F(KeepingOfSettings, AVectorStoreThatNobodyKnowsIsAMistakeAndSoIsItsAddress) {
    const StoreSettings unknown{.vector_db_type = "chroma"};
    EXPECT_THAT(
        config::to_text(check_stores(unknown, catalogue_)),
        testing::AllOf(testing::HasSubstr("VECTOR_DB_TYPE"), testing::HasSubstr("database, milvus, other")));
    const StoreSettings wrong{.vector_db_type = "milvus", .vector_db_url = Secret("wrong")};
    EXPECT_THAT(config::to_text(check_stores(wrong, catalogue_)),
                testing::AllOf(testing::HasSubstr("VECTOR_DB_URL"), testing::HasSubstr("no address")));
}

}  // namespace
}  // namespace repartee::app
