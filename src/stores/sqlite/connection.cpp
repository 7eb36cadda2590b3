#include "stores/sqlite/connection.h"

#include "base/atomic_file.h"
#include "base/utf8.h"
#include "stores/lower_case.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cerrno>
#include <fcntl.h>
#include <optional>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

namespace repartee::stores::sqlite {

namespace {

namespace fs = std::filesystem;

// Kept prepared by one connection. Ours are a few dozen; lists of many lengths make more.
constexpr std::size_t most_statements = 256;

// How much of the database each connection keeps in RAM, in KiB. SQLite's own 2 MiB hold the inner nodes of a
// few hundred thousand rows.
constexpr int cache_kib = 8 * 1024;

// What the log of changes shrinks to when all of it is in the database.
constexpr std::int64_t most_log_bytes = std::int64_t{16} << 20;

// How many of SQLite's small steps pass between two looks at the clock: a tenth of a millisecond.
constexpr int steps_between_looks = 10'000;

std::string_view text_in(sqlite3_value* value) {
    const auto* text = reinterpret_cast<const char*>(sqlite3_value_text(value));
    return {text == nullptr ? "" : text, static_cast<std::size_t>(sqlite3_value_bytes(value))};
}

void lower_in_sql(sqlite3_context* context, int, sqlite3_value** arguments) {
    if (sqlite3_value_type(arguments[0]) == SQLITE_NULL) {
        sqlite3_result_null(context);
        return;
    }
    try {
        const auto lower = lower_case(text_in(arguments[0]));
        sqlite3_result_text64(context, lower.data(), lower.size(), SQLITE_TRANSIENT, SQLITE_UTF8);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

// has_word(text, word): what a search by words asks of each text. The word stays the same throughout.
void has_word_in_sql(sqlite3_context* context, int, sqlite3_value** arguments) {
    try {
        auto* word = static_cast<SoughtWord*>(sqlite3_get_auxdata(context, 1));
        std::optional<SoughtWord> own;
        if (word == nullptr) {
            word = &own.emplace(text_in(arguments[1]));
        }
        sqlite3_result_int(context, word->is_in(text_in(arguments[0])) ? 1 : 0);
        if (own) {
            auto kept = std::make_unique<SoughtWord>(std::move(*own));
            sqlite3_set_auxdata(context, 1, kept.release(),
                                [](void* old) { delete static_cast<SoughtWord*>(old); });
        }
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(context);
    }
}

// Before SQLite opens it, so that nobody else can ever read it; the files beside it get the same mode. Never
// when it is there: closing it would let go of the locks that other connections of ours have on it.
void make_private(const fs::path& file) {
    std::error_code ignored;
    if (fs::exists(file, ignored)) {
        return;
    }
    const auto folder = file.parent_path();
    if (!folder.empty() && fs::create_directories(folder, ignored)) {
        fs::permissions(folder, fs::perms::owner_all, ignored);
    }
    const int handle = ::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, S_IRUSR | S_IWUSR);
    if (handle < 0) {
        throw Failure(ErrorKind::Unavailable,
                      fmt::format("The database '{}' cannot be made: {}.", file.string(),
                                  std::generic_category().message(errno)));
    }
    ::close(handle);
    flush_folder(folder);
}

struct Trouble {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;
    bool breaks_connection = false;
};

Trouble trouble_of(int code, const fs::path& file, std::chrono::milliseconds patience) {
    const auto unavailable = [&](std::string_view what, bool breaks = true) {
        return Trouble{ErrorKind::Unavailable, fmt::format("The database '{}' {}.", file.string(), what),
                       breaks};
    };
    switch (code) {
        case SQLITE_CONSTRAINT_UNIQUE:
        case SQLITE_CONSTRAINT_PRIMARYKEY: return {ErrorKind::Conflict, "This is there already."};
        case SQLITE_CONSTRAINT_FOREIGNKEY: return {ErrorKind::NotFound, "What this belongs to is gone."};
        case SQLITE_INTERRUPT:
            return {ErrorKind::Unavailable,
                    "Looking this up takes too long. Please try again in a moment, or with other words."};
        default: break;
    }
    switch (code & 0xFF) {
        case SQLITE_FULL:
            return unavailable("cannot grow: the disk is full. Nothing was changed. Make room there", false);
        case SQLITE_BUSY:
        case SQLITE_LOCKED:
            return unavailable(
                fmt::format("has been in use by another program for {}. Nothing was changed", patience),
                false);
        case SQLITE_READONLY:
        case SQLITE_PERM:
        case SQLITE_AUTH:
            return unavailable(
                "cannot be written. Its file, the files beside it and their folder have to be "
                "writable for who runs this server, and the disk must not be mounted read-only");
        case SQLITE_CANTOPEN:
            return unavailable(
                "cannot be opened. `repartee migrate`, or a start of the server, makes one where "
                "there is none; else look at the rights of its file and folder");
        case SQLITE_CORRUPT:
            return unavailable(
                "is damaged. Stop the server, keep a copy of the file and the -wal file beside it, "
                "and restore a backup (or try `sqlite3 FILE .recover`)");
        case SQLITE_NOTADB:
            return unavailable(
                "is not an SQLite database: another file has this name, or it is damaged. Move it "
                "away, or name another database");
        case SQLITE_IOERR: return unavailable("cannot be read or written: the disk reports an error");
        case SQLITE_NOMEM: return unavailable("has no memory to work with", false);
        case SQLITE_TOOBIG: return {ErrorKind::TooLarge, "This is too large to be kept."};
        default: return {ErrorKind::Internal, "The database does not understand us."};
    }
}

sql::Value value_in(sqlite3_stmt& statement, int column) {
    const auto size = [&] { return static_cast<std::size_t>(sqlite3_column_bytes(&statement, column)); };
    switch (sqlite3_column_type(&statement, column)) {
        case SQLITE_INTEGER: return std::int64_t{sqlite3_column_int64(&statement, column)};
        case SQLITE_FLOAT: return sqlite3_column_double(&statement, column);
        case SQLITE_TEXT: {
            const auto* text = reinterpret_cast<const char*>(sqlite3_column_text(&statement, column));
            return std::string(text == nullptr ? "" : text, text == nullptr ? 0 : size());
        }
        case SQLITE_BLOB: {
            const auto* bytes = static_cast<const char*>(sqlite3_column_blob(&statement, column));
            return sql::Blob{std::string(bytes == nullptr ? "" : bytes, bytes == nullptr ? 0 : size())};
        }
        default: return nullptr;
    }
}

// The statement is there for whoever comes next, and lets go of what it was given.
class Using {
public:
    explicit Using(sqlite3_stmt& statement) : statement_(statement) {}
    Using(const Using&) = delete;
    Using& operator=(const Using&) = delete;
    ~Using() {
        sqlite3_reset(&statement_);
        sqlite3_clear_bindings(&statement_);
    }

private:
    sqlite3_stmt& statement_;
};

}  // namespace

void Connection::Closing::operator()(sqlite3* handle) const {
    sqlite3_close_v2(handle);
}

void Connection::Finalizing::operator()(sqlite3_stmt* statement) const {
    sqlite3_finalize(statement);
}

Connection::Connection(const fs::path& file, Use use, const SqliteSettings& settings)
    : file_(file), patience_(settings.busy_timeout), longest_(settings.longest_read) {
    open(use);
    set_up(use);
}

Connection::~Connection() = default;

void Connection::open(Use use) {
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
    if (use == Use::Write) {
        make_private(file_);
        flags |= SQLITE_OPEN_CREATE;
    }
    sqlite3* handle = nullptr;
    const int code = sqlite3_open_v2(file_.c_str(), &handle, flags, nullptr);
    handle_.reset(handle);
    if (code != SQLITE_OK) {
        fail(code);
    }
    sqlite3_busy_timeout(handle, static_cast<int>(patience_.count()));
    sqlite3_db_config(handle, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
    const auto add_function = [&](const char* name, int arguments, auto* function) {
        const int made =
            sqlite3_create_function_v2(handle, name, arguments, SQLITE_UTF8 | SQLITE_DETERMINISTIC, nullptr,
                                       function, nullptr, nullptr, nullptr);
        if (made != SQLITE_OK) {
            fail(made);
        }
    };
    add_function("lower", 1, lower_in_sql);
    add_function("has_word", 2, has_word_in_sql);
}

// Writes ahead, so that nobody who reads waits for who writes; an answer that is told is on the disk.
void Connection::set_up(Use use) {
    run("PRAGMA foreign_keys = ON");
    run("PRAGMA trusted_schema = OFF");
    run(fmt::format("PRAGMA cache_size = -{}", cache_kib));
    if (use == Use::Write) {
        run("PRAGMA journal_mode = WAL");
        run("PRAGMA synchronous = FULL");
        run(fmt::format("PRAGMA journal_size_limit = {}", most_log_bytes));
    } else {
        run("PRAGMA query_only = ON");
        sqlite3_progress_handler(handle_.get(), steps_between_looks, is_to_stop, this);
    }
    statements_.clear();
}

int Connection::is_to_stop(void* connection) {
    const auto& self = *static_cast<Connection*>(connection);
    return self.stop_.stop_requested() || std::chrono::steady_clock::now() > self.deadline_ ? 1 : 0;
}

void Connection::heed(std::chrono::milliseconds longest, std::stop_token stop) {
    longest_ = longest;
    stop_ = std::move(stop);
}

bool Connection::is_in_transaction() const {
    return sqlite3_get_autocommit(handle_.get()) == 0;
}

void Connection::roll_back() noexcept {
    stop_ = {};  // this is done in any case
    try {
        if (is_in_transaction()) {
            run("ROLLBACK");
        }
    } catch (...) {
        is_broken_ = true;
    }
}

sql::Answer Connection::run(std::string_view text, std::span<const sql::Value> parameters) {
    if (stop_.stop_requested()) {
        fail(SQLITE_INTERRUPT);
    }
    auto& statement = prepared(text);
    const Using in_use(statement);
    bind(statement, parameters);
    deadline_ = std::chrono::steady_clock::now() + longest_;
    return rows_of(statement);
}

sqlite3_stmt& Connection::prepared(std::string_view text) {
    if (auto known = statements_.find(text); known != statements_.end()) {
        return *known->second;
    }
    if (statements_.size() >= most_statements) {
        statements_.clear();
    }
    sqlite3_stmt* statement = nullptr;
    const int code = sqlite3_prepare_v3(handle_.get(), text.data(), static_cast<int>(text.size()),
                                        SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
    Statement owned(statement);
    if (code != SQLITE_OK || statement == nullptr) {
        fail(code == SQLITE_OK ? SQLITE_MISUSE : code, text);
    }
    return *statements_.emplace(std::string(text), std::move(owned)).first->second;
}

void Connection::bind(sqlite3_stmt& statement, std::span<const sql::Value> parameters) {
    struct Binder {
        sqlite3_stmt* statement;
        int place;
        int operator()(std::nullptr_t) const { return sqlite3_bind_null(statement, place); }
        int operator()(std::int64_t number) const { return sqlite3_bind_int64(statement, place, number); }
        int operator()(double number) const { return sqlite3_bind_double(statement, place, number); }
        // The values outlive the use of the statement, so SQLite needs no copies.
        int operator()(const std::string& text) const {
            if (!is_utf8(text) || text.find('\0') != std::string::npos) {
                throw Failure(ErrorKind::Unprocessable, "The text has characters that cannot be kept.",
                              "no UTF-8, or a NUL");
            }
            return sqlite3_bind_text64(statement, place, text.data(), text.size(), SQLITE_STATIC,
                                       SQLITE_UTF8);
        }
        int operator()(const sql::Blob& blob) const {
            return sqlite3_bind_blob64(statement, place, blob.bytes.data(), blob.bytes.size(), SQLITE_STATIC);
        }
    };
    // A parameter's place is that of its first appearance, whatever its number.
    for (int place = 1; place <= sqlite3_bind_parameter_count(&statement); ++place) {
        const char* name = sqlite3_bind_parameter_name(&statement, place);
        const auto number = static_cast<std::size_t>(std::atoi(name + 1));
        const int code = number >= 1 && number <= parameters.size()
                             ? std::visit(Binder{&statement, place}, parameters[number - 1])
                             : SQLITE_RANGE;
        if (code != SQLITE_OK) {
            fail(code, sqlite3_sql(&statement));
        }
    }
}

sql::Answer Connection::rows_of(sqlite3_stmt& statement) {
    sql::Answer answer;
    int code = sqlite3_step(&statement);
    for (; code == SQLITE_ROW; code = sqlite3_step(&statement)) {
        std::vector<sql::Value> values;
        const int columns = sqlite3_column_count(&statement);
        values.reserve(static_cast<std::size_t>(columns));
        for (int column = 0; column < columns; ++column) {
            values.push_back(value_in(statement, column));
        }
        answer.rows.emplace_back(std::move(values));
    }
    if (code != SQLITE_DONE) {
        fail(code, sqlite3_sql(&statement));
    }
    if (sqlite3_stmt_readonly(&statement) == 0) {
        answer.changed = sqlite3_changes64(handle_.get());
    }
    return answer;
}

void Connection::fail(int code, std::string_view statement) {
    if (code == SQLITE_INTERRUPT && stop_.stop_requested()) {
        throw Failure(ErrorKind::Cancelled, "cancelled");  // nobody hears it
    }
    const char* words = handle_ ? sqlite3_errmsg(handle_.get()) : sqlite3_errstr(code);
    auto trouble = trouble_of(code, file_, patience_);
    is_broken_ = is_broken_ || trouble.breaks_connection;
    auto detail = fmt::format("SQLite {}: {}", code, words);
    if (!statement.empty()) {
        detail += fmt::format(", in {}", statement.substr(0, 100));  // has places for values, and no values
    }
    throw Failure(trouble.kind, std::move(trouble.message), std::move(detail));
}

}  // namespace repartee::stores::sqlite
