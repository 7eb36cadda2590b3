#include "downloads/download.h"

#include "downloads/part_file.h"
#include "downloads/range_answer.h"
#include "models/manifest.h"
#include "net/redirects.h"

#include <fmt/format.h>

#include <algorithm>
#include <limits>

namespace repartee::downloads {

namespace {

// Handed to the disk at a time: much less work than piece by piece, and little that is lost when the program
// ends in between.
constexpr std::size_t block_bytes = 256 << 10;

constexpr std::uintmax_t mebibyte = 1 << 20;

bool may_do_better(ErrorKind kind) {
    return kind == ErrorKind::ProviderBroke || kind == ErrorKind::ProviderLate || kind == ErrorKind::Busy ||
           kind == ErrorKind::Conflict;
}

class Download {
public:
    Download(net::HttpClient& http, WorkerPool& pool, Clock& clock, const Order& order, Watcher& watcher)
        : http_(http), pool_(pool), clock_(clock), order_(order), watcher_(watcher) {}

    awaitable<models::RecordedFile> run() {
        net::check_trustworthy(order_.address).value();
        expect_room(order_.about_bytes);
        co_await open();
        co_await fetch_everything();
        co_return co_await finish();
    }

private:
    // Reading what earlier runs have left may take seconds, and everything else that touches the disk may
    // wait for it: all of that is done on a thread of the pool.
    awaitable<void> open() {
        auto look = [this](const std::stop_token& stop) {
            models::read_record(order_.target.parent_path());  // one that is broken shows now, not in the end
            file_.emplace(order_.target);
            etag_ = file_->etag_of(order_.address);
            if (etag_.empty() && file_->size() > 0) {
                file_->begin(order_.address, {});
            }
            file_->read_what_is_there(stop);
        };
        co_await pool_.run(std::move(look));
        most_ever_ = file_->size();
    }

    awaitable<void> fetch_everything() {
        int in_vain = 0;
        auto pause = order_.first_pause;
        for (;;) {
            std::optional<Error> trouble;
            try {
                co_await fetch();
            } catch (const Failure& failure) {
                trouble = failure.error();
            }
            if (!trouble) {
                co_return;
            }
            if (trouble->kind == ErrorKind::Malformed) {
                etag_.clear();
                co_await begin_anew();  // which leaves nothing of it
                throw Failure(std::move(*trouble));
            }
            bool brought_something = file_->size() > most_ever_;
            if (brought_something) {
                most_ever_ = file_->size();
                something_came_ = true;
                in_vain = 0;
                pause = order_.first_pause;
            }
            bool network_was_there =
                something_came_ && trouble->kind == ErrorKind::Unavailable && !disk_trouble_;
            if (++in_vain >= order_.attempts || !(may_do_better(trouble->kind) || network_was_there)) {
                throw Failure(std::move(*trouble));
            }
            watcher_.interrupted(*trouble, pause);
            co_await clock_.sleep(pause);
            pause *= 2;
        }
    }

    // One answer, to its end.
    awaitable<void> fetch() {
        auto asking = net::send_following(http_, request());
        auto followed = co_await std::move(asking);
        auto& reply = *followed.reply;
        auto answer = continuation(vouched_for(), reply.status(), reply.headers());
        if (!answer) {
            co_await give_up_on(answer.error());
        }
        if (answer->nothing_missing) {
            co_return;
        }
        expect_sensible_size(answer->whole);
        if (answer->from == 0) {
            etag_ = strong_etag(reply.headers());
            co_await begin_anew();
        }
        expect_room(answer->whole.value_or(order_.about_bytes));
        watcher_.begun(answer->from, answer->whole);
        co_await take_in(reply);
        if (answer->whole && file_->size() < *answer->whole) {
            throw Failure(ErrorKind::ProviderBroke, "The answer ended before the file did.",
                          fmt::format("{} of {} bytes", file_->size(), *answer->whole));
        }
    }

    // How much of what we have the server can be asked to go on from.
    std::uintmax_t vouched_for() const { return etag_.empty() ? 0 : file_->size(); }

    net::ClientRequest request() const {
        net::ClientRequest request{.url = order_.address, .headers = {{"Accept-Encoding", "identity"}}};
        if (auto have = vouched_for(); have > 0) {
            request.headers.add("Range", fmt::format("bytes={}-", have));
            request.headers.add("If-Range", etag_);
        }
        request.connect_timeout = order_.patience;
        request.first_byte_timeout = order_.patience;
        request.progress_timeout = order_.patience;
        request.body_limit = std::numeric_limits<std::size_t>::max();  // take_in looks after that
        return request;
    }

    awaitable<void> begin_anew() {
        auto begin = [this] { file_->begin(order_.address, etag_); };
        co_await on_disk(std::move(begin));
    }

    // What we have is no beginning of what is there: the next attempt fetches all of it.
    awaitable<void> give_up_on(Error error) {
        if (error.kind == ErrorKind::Conflict) {
            etag_.clear();
            co_await begin_anew();
        }
        error.message = fmt::format("{}: {}.", order_.address, error.message);
        throw Failure(std::move(error));
    }

    // What came before a connection broke is kept to the last byte.
    awaitable<void> take_in(net::ClientReply& reply) {
        std::string block;
        std::optional<Error> broken;
        for (bool more = true; more;) {
            try {
                auto piece = co_await reply.next();
                more = piece.has_value();
                if (piece) {
                    expect_sensible_size(file_->size() + block.size() + piece->size());
                    watcher_.come(piece->size());
                    block += *piece;
                }
            } catch (const Failure& failure) {
                broken = failure.error();
                more = false;
            }
            if (block.size() >= block_bytes || (!more && !block.empty())) {
                auto append = [this, &block] { file_->append(block); };
                co_await on_disk(std::move(append));
                block.clear();
            }
        }
        if (broken) {
            throw Failure(std::move(*broken));
        }
    }

    awaitable<models::RecordedFile> finish() {
        models::RecordedFile record;
        auto finish = [this, &record](const std::stop_token&) {
            expect_right_contents();
            record = {.bytes = file_->size(),
                      .sha256 = file_->sha256(),
                      .as_published = !order_.sha1.empty(),
                      .address = order_.address,
                      .found_sha256 = file_->sha256()};
            file_->put_in_place();
            record.looked_at = models::FileIdentity::of(order_.target).value_or(models::FileIdentity{});
            models::change_record(order_.target.parent_path(), [&](models::Record& all) {
                all[order_.target.filename().string()] = record;
            });
        };
        co_await pool_.run(std::move(finish));
        co_return record;
    }

    // Else nothing is left of it.
    void expect_right_contents() {
        if (!order_.sha1.empty() && file_->sha1() != order_.sha1) {
            auto detail = fmt::format("SHA-1 {}, published {}", file_->sha1(), order_.sha1);
            file_->discard();
            throw Failure(
                ErrorKind::Malformed,
                fmt::format("What came from {} is not the file that was published: its sum is another ({}). "
                            "It was thrown away.",
                            order_.address, detail),
                detail);
        }
        try {
            auto found = models::examine(file_->path());
            if (found.kind != order_.kind) {
                throw Failure(ErrorKind::Unsupported,
                              fmt::format("it is one of another kind ({}).", models::name_of(found.kind)));
            }
        } catch (const Failure& failure) {
            auto error = failure.error();
            file_->discard();
            throw Failure(
                ErrorKind::Malformed,
                fmt::format("What came from {} is not the model that was asked for: {} It was thrown away.",
                            order_.address, error.message),
                error.detail);
        }
    }

    // The disk's faults are none that another attempt would mend.
    template <class F>
    awaitable<void> on_disk(F write) {
        auto job = [this, write = std::move(write)](const std::stop_token&) {
            try {
                write();
            } catch (const Failure&) {
                disk_trouble_ = true;
                throw;
            }
        };
        co_await pool_.run(std::move(job));
    }

    void expect_sensible_size(std::optional<std::uintmax_t> whole) const {
        if (whole && *whole > order_.about_bytes + order_.about_bytes / 2 + mebibyte) {
            throw Failure(
                ErrorKind::Malformed,
                fmt::format("{} has {}, and should have about {}. It is not fetched.", order_.address,
                            models::size_in_words(*whole), models::size_in_words(order_.about_bytes)));
        }
    }

    void expect_room(std::uintmax_t whole) const {
        auto folder = order_.target.parent_path();
        auto room = room_on_disk(folder);
        auto missing = whole - std::min(whole, file_ ? file_->size() : part_bytes());
        if (missing + order_.least_free > room) {
            throw Failure(
                ErrorKind::TooLarge,
                fmt::format("The disk of {} has {} left; {} are missing of {}, and {} are to stay free. Make "
                            "room, or set REPARTEE_DATA_DIR to a place on another disk.",
                            folder.string(), models::size_in_words(room), models::size_in_words(missing),
                            order_.target.filename().string(), models::size_in_words(order_.least_free)));
        }
    }

    // Of an earlier run, before it is opened.
    std::uintmax_t part_bytes() const {
        auto part = models::FileIdentity::of(order_.target.string() + ".part");
        return part ? part->bytes : 0;
    }

    net::HttpClient& http_;
    WorkerPool& pool_;
    Clock& clock_;
    const Order& order_;
    Watcher& watcher_;
    std::optional<PartFile> file_;
    std::string etag_;
    std::uintmax_t most_ever_ = 0;  // bytes that were here at a time
    bool something_came_ = false;   // in this run, so that there is a network
    bool disk_trouble_ = false;
};

}  // namespace

awaitable<models::RecordedFile> download(net::HttpClient& http, WorkerPool& pool, Clock& clock, Order order,
                                         Watcher& watcher) {
    Download download(http, pool, clock, order, watcher);
    co_return co_await download.run();
}

}  // namespace repartee::downloads
