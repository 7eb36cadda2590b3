// Memories found by Milvus for one test: the simulator that with_milvus.py has started, with collections of
// the test's own, beside an SQLite.
#pragma once

#include "net/http_client.h"
#include "stores/milvus/milvus_store.h"
#include "stores/sqlite/database_file.h"
#include "stores/sqlite/sqlite_database.h"
#include "stores_house.h"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <atomic>

namespace repartee::stores {

// The simulator, and how it is made to misbehave: tests/support/milvus.py.
class SimulatedMilvus {
public:
    static std::string url() {
        const char* url = std::getenv("REPARTEE_TEST_MILVUS");
        if (url == nullptr) {
            throw std::runtime_error(
                "REPARTEE_TEST_MILVUS is not set: start this program with with_milvus.py");
        }
        return url;
    }

    // {"throttle": 3}; {"reset": true} makes all well.
    void control(const std::string& body) {
        net::ClientRequest request{.method = "POST", .url = url() + "/_control", .body = body};
        ask(std::move(request));
    }
    boost::json::object look(const std::string& collections) {
        net::ClientRequest request{.url = url() + "/_control?collections=" + collections};
        return boost::json::parse(ask(std::move(request))).as_object();
    }

private:
    static awaitable<void> fetch(net::HttpClient& http, net::ClientRequest request, std::string* body) {
        auto response = co_await http.fetch(std::move(request));
        *body = std::move(response.body);
    }
    std::string ask(net::ClientRequest request) {
        asio::io_context context(1);
        SystemClock clock;
        std::string body;
        {
            net::HttpClient http(clock, nullptr);
            asio::co_spawn(context, fetch(http, std::move(request), &body), [&](std::exception_ptr thrown) {
                context.stop();
                if (thrown) {
                    std::rethrow_exception(thrown);
                }
            });
            context.run();
        }
        return body;
    }
};

// A database whose memories Milvus finds.
class DatabaseWithMilvus final : public Database {
public:
    DatabaseWithMilvus(std::unique_ptr<Database> database, const milvus::MilvusSettings& settings,
                       const std::string& url, const Surroundings& surroundings)
        : database_(std::move(database)),
          store_(milvus::create_store(settings, surroundings, url, *database_).value()) {}

    std::string name() const override { return database_->name(); }
    People& people() override { return database_->people(); }
    History& history() override { return database_->history(); }
    Memories& memories() override { return store_->memories(); }
    awaitable<Migrations> migrate() override { return database_->migrate(); }
    awaitable<StoreHealth> check() override { return database_->check(); }

    milvus::MilvusStore& vectors() { return static_cast<milvus::MilvusStore&>(*store_); }
    Database& inner() { return *database_; }

private:
    std::unique_ptr<Database> database_;
    std::unique_ptr<VectorStore> store_;
};

class TrialMilvus final : public TrialDatabase {
public:
    // On a busy machine a test of what is found is none of patience.
    TrialMilvus() {
        settings.collection = fmt::format("trial{}x", ++trials_);
        settings.patience = 30s;
        settings.fall_back = false;
        std::string name = testing::TempDir() + "/repartee-milvus-XXXXXX";
        folder_ = ::mkdtemp(name.data());
    }
    ~TrialMilvus() override {
        simulator.control(R"({"reset": true})");
        simulator.control(fmt::format(R"({{"drop": "{}_"}})", settings.collection));
        std::filesystem::remove_all(folder_);
    }

    std::unique_ptr<Database> open(const Surroundings& surroundings) override {
        auto inner =
            sqlite::create_database({}, surroundings, "sqlite://" + (folder_ / sqlite::usual_name).string());
        return std::make_unique<DatabaseWithMilvus>(std::move(inner).value(), settings, url_with_token(),
                                                    surroundings);
    }
    std::unique_ptr<sql::Connections> connect(const Surroundings&) override { std::abort(); }
    void take_away() override { simulator.control(R"({"away": true})"); }
    void bring_back() override { simulator.control(R"({"away": false})"); }

    // Of this trial's collections.
    boost::json::object look() { return simulator.look(settings.collection + "_"); }
    std::size_t versions() { return look().at("keys").as_array().size(); }

    SimulatedMilvus simulator;
    milvus::MilvusSettings settings;
    std::string credentials = "root:Milvus@";

private:
    std::string url_with_token() const {
        return "http://" + credentials + SimulatedMilvus::url().substr(std::string("http://").size());
    }

    static inline std::atomic<int> trials_ = 0;
    std::filesystem::path folder_;
};

}  // namespace repartee::stores
