#include "stores/sql_jobs.h"

#include "base/utf8.h"

#include <fmt/format.h>

#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores {

namespace {

using sql::Transaction;
using JobsWork = std::function<void(Transaction&)>;

// The database's clock, when the statement came to it: a lease that begins then is over no sooner than the
// server thinks that has asked for it.
constexpr std::string_view now_ms = "(extract(epoch FROM statement_timestamp()) * 1000)::BIGINT";

// Any number that nobody else takes in this database; "jobqueue" in ASCII. Who adds a job counts those that
// wait behind it, one at a time, so that the limits hold however many add at once.
constexpr std::int64_t counting_lock = 0x6a6f627175657565;

// What every statement says that is written in the name of an attempt.
constexpr std::string_view still_held = "id = $1 AND attempt = $2 AND holder <> '' AND ended_at_ms IS NULL";

struct Waiting {
    std::int64_t jobs = 0;
    std::int64_t bytes = 0;
};

Waiting waiting_in(Transaction& transaction, const std::string& queue) {
    const auto answer = transaction.run(
        "SELECT count(*), coalesce(sum(recording_bytes), 0)::BIGINT FROM jobs "
        "WHERE queue = $1 AND ended_at_ms IS NULL AND holder = ''",
        {queue});
    const auto& row = answer.rows.at(0);
    return {.jobs = row.integer(0), .bytes = row.integer(1)};
}

// How many wait once this one does, too.
std::int64_t room_for(const JobLimits& limits, const Waiting& waiting, std::int64_t bytes) {
    if (waiting.jobs >= limits.waiting || waiting.bytes + bytes > limits.waiting_bytes) {
        throw Failure(ErrorKind::Busy, "Too many recordings are waiting. Please try again in a moment.");
    }
    return waiting.jobs + 1;
}

std::int64_t add_in(Transaction& transaction, const NewJob& job, std::span<const sql::Value> id_and_recording,
                    std::int64_t bytes, const JobLimits& limits) {
    const auto known = transaction.run("SELECT count(*) FROM jobs WHERE id = $1", {job.id});
    if (known.rows.at(0).integer(0) > 0) {
        return waiting_in(transaction, job.queue).jobs;  // this very job, whose commit was not heard
    }
    // Twice: most of what is too much is told so before it has been written, and before anybody waits.
    room_for(limits, waiting_in(transaction, job.queue), bytes);
    transaction.run("INSERT INTO job_recordings (job_id, recording) VALUES ($1, $2)", id_and_recording);
    transaction.run("SELECT 1 FROM pg_advisory_xact_lock($1)", {counting_lock});
    const auto waiting = room_for(limits, waiting_in(transaction, job.queue), bytes);
    transaction.run(fmt::format("INSERT INTO jobs (id, queue, stage, text, response, fault, attempt, holder, "
                                "leased_until_ms, lost, recording_bytes, received_at_ms) "
                                "VALUES ($1, $2, 0, '', '', '', 0, '', 0, 0, $3, {})",
                                now_ms),
                    {job.id, job.queue, bytes});
    return waiting;
}

// --- taking ---

void erase_recording(Transaction& transaction, const std::string& id) {
    transaction.run("DELETE FROM job_recordings WHERE job_id = $1", {id});
}

TakenJob taken_in(Transaction& transaction, const sql::Row& row, bool is_taken_over) {
    TakenJob job{.hold = {.id = row.text(0), .attempt = row.integer(1)},
                 .recording = {},
                 .text = row.text(2),
                 .age = std::chrono::milliseconds(row.integer(3)),
                 .is_taken_over = is_taken_over};
    auto recording = transaction.run("SELECT recording FROM job_recordings WHERE job_id = $1", {job.hold.id});
    if (!recording.rows.empty()) {
        job.recording = recording.rows[0].bytes(0);
    }
    return job;
}

// By the name of the taking: nothing, unless its own commit was not heard.
std::optional<TakenJob> taken_before(Transaction& transaction, const JobWish& wish) {
    const auto answer =
        transaction.run(fmt::format("UPDATE jobs SET leased_until_ms = {0} + $3 "
                                    "WHERE queue = $1 AND holder = $2 AND ended_at_ms IS NULL "
                                    "RETURNING id, attempt, text, {0} - received_at_ms, lost",
                                    now_ms),
                        {wish.queue, wish.name, std::int64_t{wish.lease.count()}});
    if (answer.rows.empty()) {
        return std::nullopt;
    }
    return taken_in(transaction, answer.rows[0], answer.rows[0].integer(4) > 0);
}

// Whoever held it last is refused from now on, as the attempt is another one.
void end_for_good(Transaction& transaction, const std::string& id, const JobWish& wish) {
    transaction.run(
        fmt::format("UPDATE jobs SET stage = 4, response = $2, fault = $3, attempt = attempt + 1, "
                    "holder = '', lost = lost + 1, recording_bytes = 0, ended_at_ms = {} WHERE id = $1",
                    now_ms),
        {id, wish.last_words, std::string(name_of(ErrorKind::Internal))});
    erase_recording(transaction, id);
}

JobTaking take_in(Transaction& transaction, const JobWish& wish) {
    JobTaking taking;
    taking.job = taken_before(transaction, wish);
    while (!taking.job) {
        const auto found =
            transaction.run(fmt::format("SELECT id, holder <> '', lost FROM jobs "
                                        "WHERE queue = $1 AND ended_at_ms IS NULL AND leased_until_ms <= {} "
                                        "ORDER BY received_at_ms, id LIMIT 1 FOR UPDATE SKIP LOCKED",
                                        now_ms),
                            {wish.queue});
        if (found.rows.empty()) {
            break;
        }
        const auto& id = found.rows[0].text(0);
        const bool is_lost = found.rows[0].integer(1) != 0;
        if (is_lost && found.rows[0].integer(2) + 1 >= wish.most_lost) {
            end_for_good(transaction, id, wish);
            ++taking.given_up;
            continue;
        }
        const auto taken = transaction.run(
            fmt::format("UPDATE jobs SET attempt = attempt + 1, holder = $2, lost = lost + $4, "
                        "leased_until_ms = {0} + $3 WHERE id = $1 "
                        "RETURNING id, attempt, text, {0} - received_at_ms",
                        now_ms),
            {id, wish.name, std::int64_t{wish.lease.count()}, std::int64_t{is_lost ? 1 : 0}});
        taking.job = taken_in(transaction, taken.rows.at(0), is_lost);
    }
    taking.waiting = waiting_in(transaction, wish.queue).jobs;
    return taking;
}

// --- notes ---

// Models write what they like, and a job has to end: what no database keeps becomes a question mark.
std::string keepable(const std::string& text) {
    if (is_utf8(text) && text.find('\0') == std::string::npos) {
        return text;
    }
    std::string clean;
    for (std::size_t at = 0; at < text.size();) {
        const auto character = decode_utf8(text, at);
        append_utf8(clean, character.code == 0 ? replacement_character : character.code);
        at += character.length;
    }
    return clean;
}

ErrorKind fault_named(std::string_view name) {
    for (int kind = 0; kind <= static_cast<int>(ErrorKind::Internal); ++kind) {
        if (name_of(static_cast<ErrorKind>(kind)) == name) {
            return static_cast<ErrorKind>(kind);
        }
    }
    return ErrorKind::Internal;
}

JobNote note_in(const sql::Row& row) {
    return {.stage = static_cast<JobStage>(row.integer(0)),
            .text = row.text(1),
            .response = row.text(2),
            .fault = fault_named(row.text(3))};
}

bool keep_in(Transaction& transaction, const JobHold& hold, const JobNote& note,
             std::chrono::milliseconds lease) {
    const bool is_understood = note.stage >= JobStage::Thinking && !note.text.empty();
    const auto kept = transaction.run(
        fmt::format("UPDATE jobs SET leased_until_ms = {} + $3, stage = greatest(stage, $4), "
                    "text = CASE WHEN $5 = '' THEN text ELSE $5 END, recording_bytes = recording_bytes * $6 "
                    "WHERE {}",
                    now_ms, still_held),
        {hold.id, hold.attempt, std::int64_t{lease.count()}, static_cast<std::int64_t>(note.stage),
         keepable(note.text), std::int64_t{is_understood ? 0 : 1}});
    if (kept.changed > 0 && is_understood) {
        erase_recording(transaction, hold.id);
    }
    return kept.changed > 0;
}

bool end_in(Transaction& transaction, const JobHold& hold, const JobNote& note) {
    const auto ended =
        transaction.run(fmt::format("UPDATE jobs SET stage = $3, text = $4, response = $5, fault = $6, "
                                    "leased_until_ms = 0, recording_bytes = 0, ended_at_ms = {} WHERE {}",
                                    now_ms, still_held),
                        {hold.id, hold.attempt, static_cast<std::int64_t>(note.stage), keepable(note.text),
                         keepable(note.response),
                         note.stage == JobStage::Error ? std::string(name_of(note.fault)) : std::string()});
    if (ended.changed > 0) {
        erase_recording(transaction, hold.id);
        return true;
    }
    // In the name of this attempt nobody ends it but its holder, whose commit was not heard then.
    const auto before = transaction.run(
        "SELECT count(*) FROM jobs WHERE id = $1 AND attempt = $2 AND holder <> '' "
        "AND ended_at_ms IS NOT NULL",
        {hold.id, hold.attempt});
    return before.rows.at(0).integer(0) > 0;
}

bool give_back_in(Transaction& transaction, const JobHold& hold) {
    const auto given =
        transaction.run(fmt::format("UPDATE jobs SET holder = '', leased_until_ms = 0 WHERE {}", still_held),
                        {hold.id, hold.attempt});
    return given.changed > 0;
}

}  // namespace

awaitable<std::int64_t> SqlJobs::add(NewJob job, JobLimits limits) {
    const auto bytes = static_cast<std::int64_t>(job.recording.size());
    const std::vector<sql::Value> id_and_recording{job.id, sql::Blob{std::move(job.recording)}};
    std::int64_t waiting = 0;
    JobsWork work = [&](Transaction& transaction) {
        waiting = add_in(transaction, job, id_and_recording, bytes, limits);
    };
    co_await connections_.write(std::move(work));
    co_return waiting;
}

awaitable<JobTaking> SqlJobs::take(JobWish wish) {
    JobTaking taking;
    JobsWork work = [&](Transaction& transaction) { taking = take_in(transaction, wish); };
    co_await connections_.write(std::move(work));
    co_return taking;
}

awaitable<bool> SqlJobs::keep(JobHold hold, JobNote note, std::chrono::milliseconds lease) {
    bool is_held = false;
    JobsWork work = [&](Transaction& transaction) { is_held = keep_in(transaction, hold, note, lease); };
    co_await connections_.write(std::move(work));
    co_return is_held;
}

awaitable<bool> SqlJobs::end(JobHold hold, JobNote note) {
    bool is_held = false;
    JobsWork work = [&](Transaction& transaction) { is_held = end_in(transaction, hold, note); };
    co_await connections_.write(std::move(work));
    co_return is_held;
}

awaitable<bool> SqlJobs::give_back(JobHold hold) {
    bool was_held = false;
    JobsWork work = [&](Transaction& transaction) { was_held = give_back_in(transaction, hold); };
    co_await connections_.write(std::move(work));
    co_return was_held;
}

awaitable<std::optional<JobNote>> SqlJobs::find(std::string queue, std::string id,
                                                std::chrono::milliseconds kept_for) {
    std::optional<JobNote> note;
    JobsWork work = [&](Transaction& transaction) {
        const auto found = transaction.run(fmt::format("SELECT stage, text, response, fault FROM jobs "
                                                       "WHERE id = $1 AND queue = $2 "
                                                       "AND (ended_at_ms IS NULL OR ended_at_ms > {} - $3)",
                                                       now_ms),
                                           {id, queue, std::int64_t{kept_for.count()}});
        note = found.rows.empty() ? std::nullopt : std::optional(note_in(found.rows[0]));
    };
    co_await connections_.read(std::move(work));
    co_return note;
}

awaitable<void> SqlJobs::erase_ended(std::string queue, std::chrono::milliseconds kept_for,
                                     std::int64_t most) {
    JobsWork work = [&](Transaction& transaction) {
        transaction.run(fmt::format("DELETE FROM jobs WHERE queue = $1 AND ended_at_ms <= {} - $2", now_ms),
                        {queue, std::int64_t{kept_for.count()}});
        transaction.run(
            "DELETE FROM jobs WHERE id IN (SELECT id FROM jobs WHERE queue = $1 AND ended_at_ms IS NOT NULL "
            "ORDER BY ended_at_ms DESC, id OFFSET $2)",
            {queue, most});
    };
    co_await connections_.write(std::move(work));
}

}  // namespace repartee::stores
