// A PostgreSQL for one test: a schema of its own in the server that with_servers.py has started, behind a
// proxy that can take it out of reach.
#pragma once

#include "cutting_proxy.h"
#include "servers.h"
#include "stores/postgres/postgres_connections.h"
#include "stores/postgres/postgres_database.h"
#include "stores_house.h"

#include <atomic>
#include <chrono>
#include <string>

namespace repartee::stores {

// The stand-in for pgvector (of which Debian 12 has no package): the same statements run on it.
enum class Pgvector { None, StandIn };

class TrialPostgres final : public TrialDatabase {
public:
    explicit TrialPostgres(Pgvector pgvector = Pgvector::None)
        : schema_("trial_" + std::to_string(++trials_)), proxy_(port_in(postgres_url())) {
        settings.connections = 8;
        settings.patience = std::chrono::milliseconds(1000);
        settings.statement_timeout = std::chrono::milliseconds(800);
        settings.connect_timeout = std::chrono::milliseconds(500);
        execute("CREATE SCHEMA " + schema_);
        if (pgvector == Pgvector::StandIn) {
            install_stand_in();
        }
    }
    ~TrialPostgres() override {
        tell_servers("postgres start");
        execute("DROP SCHEMA " + schema_ + " CASCADE");
    }

    std::unique_ptr<Database> open(const Surroundings& surroundings) override {
        return std::make_unique<postgres::PostgresDatabase>(address(), settings, surroundings);
    }
    std::unique_ptr<sql::Connections> connect(const Surroundings& surroundings) override {
        return std::make_unique<postgres::PostgresConnections>(address(), settings, surroundings.log,
                                                               settings.patience);
    }
    void take_away() override { proxy_.take_away(); }
    void bring_back() override { proxy_.bring_back(); }
    void cut_connections() override { proxy_.cut(); }

    CuttingProxy& proxy() { return proxy_; }
    // Through the proxy. `direct`: without.
    postgres::Address address() const { return address_at(proxy_.port()); }
    postgres::Address direct() const { return address_at(port_in(postgres_url())); }
    // Past the proxy, as somebody else.
    sql::Answer execute(const std::string& statement) {
        const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        postgres::PostgresSettings patient;
        postgres::PostgresConnection connection(direct(), patient, deadline);
        return connection.run(statement, {});
    }

    // Whether this server could have the genuine one, which is then taken instead.
    bool has_real_pgvector() {
        return execute("SELECT count(*) FROM pg_available_extensions WHERE name = 'vector'")
                   .rows.at(0)
                   .integer(0) > 0;
    }
    // As pgvector has them: a type that arrays of real are cast to, and the cosine's distance behind an
    // operator, which refuses to compare vectors of two lengths.
    void install_stand_in() {
        if (has_real_pgvector()) {
            execute("DROP EXTENSION IF EXISTS vector CASCADE");
            execute("CREATE EXTENSION vector SCHEMA " + schema_);
            return;
        }
        execute("CREATE DOMAIN vector AS real[]");
        execute(R"(
            CREATE FUNCTION cosine_distance(a vector, b vector) RETURNS double precision
            LANGUAGE plpgsql IMMUTABLE STRICT AS $body$
            DECLARE answer double precision;
            BEGIN
                IF cardinality(a) <> cardinality(b) THEN
                    RAISE EXCEPTION 'different vector dimensions % and %', cardinality(a), cardinality(b)
                        USING ERRCODE = 'data_exception';
                END IF;
                SELECT 1 - sum(x::double precision * y) /
                           (sqrt(sum(x::double precision * x)) * sqrt(sum(y::double precision * y)))
                INTO answer FROM unnest(a::real[], b::real[]) AS pair (x, y);
                RETURN answer;
            END $body$)");
        execute(
            "CREATE OPERATOR <=> (LEFTARG = vector, RIGHTARG = vector, FUNCTION = cosine_distance, "
            "COMMUTATOR = '<=>')");
    }

    postgres::PostgresSettings settings;
    // libpq's word for it. Through TLS the proxy sees no commits.
    std::string tls = "disable";

private:
    static std::uint16_t port_in(const std::string& url) {
        const auto colon = url.rfind(':');
        return static_cast<std::uint16_t>(std::stoi(url.substr(colon + 1)));
    }
    postgres::Address address_at(std::uint16_t port) const {
        auto url = postgres_url();
        const auto colon = url.rfind(':');
        const auto slash = url.find('/', colon);
        url.replace(colon + 1, slash - colon - 1, std::to_string(port));
        url += "?sslmode=" + tls + "&options=-csearch_path%3D" + schema_;
        return postgres::Address::parse(url, settings).value();
    }
    static inline std::atomic<int> trials_ = 0;
    const std::string schema_;
    CuttingProxy proxy_;
};

}  // namespace repartee::stores
