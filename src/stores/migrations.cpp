#include "stores/migrations.h"

#include <fmt/format.h>

namespace repartee::stores {

namespace {

using sql::Transaction;

constexpr std::string_view start_the_newer_one = "start the newer repartee that made it";

bool has_migrations_table(Transaction& transaction) {
    const std::string_view question =
        transaction.dialect() == sql::Dialect::Sqlite
            ? "SELECT count(*) FROM sqlite_master WHERE type = 'table' AND name = 'schema_migrations'"
            : "SELECT count(*) FROM information_schema.tables WHERE table_name = 'schema_migrations' "
              "AND table_schema = current_schema()";
    return transaction.run(question).rows.at(0).integer(0) > 0;
}

int latest_applied(Transaction& transaction) {
    auto answer = transaction.run("SELECT coalesce(max(number), 0) FROM schema_migrations");
    return static_cast<int>(answer.rows.at(0).integer(0));
}

void refuse_newer(int applied, int known) {
    if (applied > known) {
        throw Failure(
            ErrorKind::Conflict,
            fmt::format(
                "The database was made by a newer repartee: its tables are at version {}, this program "
                "knows them up to {}. Start the newer program, or restore a backup from before.",
                applied, known));
    }
}

void apply(Transaction& transaction, const MigrationFile& file, std::int64_t now_ms) {
    try {
        for (auto statement : statements_in(file.sql)) {
            transaction.run(statement);
        }
    } catch (const Failure& failure) {
        // What the statements themselves stumble over are tables that somebody else has made.
        if (failure.error().kind != ErrorKind::Internal && failure.error().kind != ErrorKind::Conflict) {
            throw;
        }
        throw Failure(
            ErrorKind::Conflict,
            fmt::format("The database does not take our tables: name one that is empty, or ours. ({}: {})",
                        file.name, failure.error().detail));
    }
    transaction.run("INSERT INTO schema_migrations (number, name, applied_at_ms) VALUES ($1, $2, $3)",
                    {std::int64_t{file.number}, std::string(file.name), now_ms});
}

// --- statements_in ---

// Where the text in quotes, the comment or $$…$$ that begins at `at` ends; `at` where nothing such begins.
std::size_t behind_quoted(std::string_view sql, std::size_t at) {
    auto behind = [&](std::string_view ending, std::size_t from) {
        auto found = sql.find(ending, from);
        return found == std::string_view::npos ? sql.size() : found + ending.size();
    };
    const auto rest = sql.substr(at);
    if (rest.starts_with('\'') || rest.starts_with('"')) {
        // A doubled quote is two texts, one right behind the other: the same for us.
        return behind(rest.substr(0, 1), at + 1);
    }
    if (rest.starts_with("--")) {
        return behind("\n", at);
    }
    if (rest.starts_with("/*")) {
        return behind("*/", at + 2);
    }
    if (rest.starts_with('$')) {
        auto tag_end = rest.find_first_not_of("abcdefghijklmnopqrstuvwxyz_", 1);
        if (tag_end != std::string_view::npos && rest[tag_end] == '$') {
            return behind(rest.substr(0, tag_end + 1), at + tag_end + 1);
        }
    }
    return at;
}

bool is_comment(std::string_view quoted) {
    return quoted.starts_with("--") || quoted.starts_with("/*");
}

}  // namespace

std::vector<std::string_view> statements_in(std::string_view sql) {
    std::vector<std::string_view> statements;
    std::size_t begin = 0;
    bool is_empty = true;
    auto end_at = [&](std::size_t end) {
        if (!is_empty) {
            statements.push_back(sql.substr(begin, end - begin));
        }
        is_empty = true;
    };
    for (std::size_t at = 0; at < sql.size();) {
        if (auto behind = behind_quoted(sql, at); behind != at) {
            is_empty = is_empty && is_comment(sql.substr(at));
            at = behind;
            continue;
        }
        if (sql[at] == ';') {
            end_at(at);
            begin = at + 1;
        } else if (std::string_view(" \t\r\n").find(sql[at]) == std::string_view::npos) {
            is_empty = false;
        }
        ++at;
    }
    end_at(sql.size());
    return statements;
}

awaitable<Migrations> apply_migrations(sql::Connections& connections, std::span<const MigrationFile> files,
                                       std::int64_t now_ms, MigrationGate gate) {
    const auto known = static_cast<int>(files.size());
    int applied = 0;
    // One more than there are files: the last look finds nothing missing, whoever has applied it.
    for (bool all_applied = false; !all_applied;) {
        std::function<void(Transaction&)> one_step = [&](Transaction& transaction) {
            if (gate) {
                gate(transaction);
            }
            transaction.run(
                "CREATE TABLE IF NOT EXISTS schema_migrations (number BIGINT PRIMARY KEY, "
                "name TEXT NOT NULL, applied_at_ms BIGINT NOT NULL)");
            applied = latest_applied(transaction);
            refuse_newer(applied, known);
            all_applied = applied == known;
            if (!all_applied) {
                apply(transaction, files[static_cast<std::size_t>(applied)], now_ms);
            }
        };
        co_await connections.write(std::move(one_step));
    }
    co_return Migrations{.applied = applied, .known = known};
}

awaitable<Migrations> count_migrations(sql::Connections& connections, std::span<const MigrationFile> files) {
    Migrations migrations{.applied = 0, .known = static_cast<int>(files.size())};
    std::function<void(Transaction&)> count = [&](Transaction& transaction) {
        migrations.applied = has_migrations_table(transaction) ? latest_applied(transaction) : 0;
    };
    co_await connections.read(std::move(count));
    co_return migrations;
}

StoreHealth health_with(const Migrations& migrations, std::string reason) {
    StoreHealth health;
    if (migrations.applied == migrations.known) {
        health.usable = true;
        health.reason = std::move(reason);
        return health;
    }
    health.reason = fmt::format("has {} of {} migrations", migrations.applied, migrations.known);
    health.lacks_migrations = migrations.applied < migrations.known;
    health.advice = health.lacks_migrations
                        ? std::string("run `repartee migrate`, or start the server, which does it too")
                        : std::string(start_the_newer_one);
    return health;
}

bool is_merely_newer(const StoreHealth& health) {
    return !health.usable && health.advice == start_the_newer_one;
}

}  // namespace repartee::stores
