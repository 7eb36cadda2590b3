#include "stores/redis/clerks.h"

#include "stores/redis/redis_trouble.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/prefer.hpp>
#include <boost/system/system_error.hpp>

#include <atomic>
#include <csignal>
#include <exception>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::stores::redis {

namespace {

using Now = std::chrono::steady_clock;

// Errands that wait for a connection at most; one more is told at once that there is none to be had.
constexpr std::size_t most_waiting = 1024;

// Middleboxes forget connections that say nothing for minutes.
constexpr auto longest_silence = std::chrono::seconds(30);

// Whoever waits gives the clerk, who gives up at the deadline, the time to say so and to note it for the
// others.
constexpr auto last_words = std::chrono::milliseconds(20);

}  // namespace

// Shared by the coroutine that waits, the queue and the thread that does it: each may be the last.
struct Clerks::Errand {
    Errand(const Executor& executor, Work work, Deadline deadline)
        : work(std::move(work)), deadline(deadline), done(executor, deadline + last_words) {}

    // On a clerk's thread.
    static void answer(const std::shared_ptr<Errand>& errand, std::exception_ptr failure) {
        errand->failure = std::move(failure);
        auto executor = asio::prefer(errand->done.get_executor(), asio::execution::outstanding_work.tracked);
        asio::post(executor, [errand] {
            errand->has_returned = true;
            errand->done.cancel();
        });
    }

    const Work work;
    const Deadline deadline;
    bool insists = false;
    std::atomic<bool> is_abandoned = false;
    std::exception_ptr failure;  // read once it has returned
    // On the coroutine's executor alone:
    bool has_returned = false;
    Timer done;
};

Clerks::Clerks(Address address, const RedisSettings& settings, Log log)
    : address_(std::move(address)), settings_(settings), log_(std::move(log)) {
    // Signals are the business of the program's own threads, and a broken pipe is no reason to end.
    sigset_t all;
    sigset_t before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    for (std::int64_t count = 0; count < settings_.connections; ++count) {
        threads_.emplace_back([this](const std::stop_token& stop) { serve(stop); });
    }
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
}

Clerks::~Clerks() {
    for (auto& thread : threads_) {
        thread.request_stop();
    }
    threads_.clear();
}

// --- the coroutine's side ---

awaitable<void> Clerks::run(Work work) {
    {
        std::scoped_lock lock(mutex_);
        if (reach_.is_down()) {
            throw RedisFailure(Trouble::Lost, reach_.reason());
        }
    }
    auto executor = co_await asio::this_coro::executor;
    auto errand = std::make_shared<Errand>(executor, std::move(work), Now::now() + settings_.patience);
    co_await hand_over(std::move(errand));
}

awaitable<void> Clerks::insist(Work work, std::chrono::milliseconds patience) {
    auto executor = co_await asio::this_coro::executor;
    auto errand = std::make_shared<Errand>(executor, std::move(work), Now::now() + patience);
    errand->insists = true;
    co_await hand_over(std::move(errand));
}

awaitable<void> Clerks::hand_over(std::shared_ptr<Errand> errand) {
    {
        std::scoped_lock lock(mutex_);
        if (queue_.size() >= most_waiting) {
            throw RedisFailure(Trouble::NotReady, "too many wait for a connection");
        }
        queue_.push_back(errand);
    }
    news_.notify_one();
    while (!errand->has_returned && Now::now() < errand->deadline + last_words) {
        co_await errand->done.async_wait(asio::as_tuple(use_awaitable));
        auto cancellation = co_await asio::this_coro::cancellation_state;
        if (cancellation.cancelled() != asio::cancellation_type::none) {
            errand->is_abandoned = true;
            throw boost::system::system_error(asio::error::operation_aborted);
        }
    }
    if (!errand->has_returned) {
        errand->is_abandoned = true;
        throw RedisFailure(Trouble::Lost, "no answer in time");
    }
    if (errand->failure) {
        std::rethrow_exception(errand->failure);
    }
}

// --- the threads' side ---

void Clerks::serve(const std::stop_token& stop) {
    std::unique_ptr<Connection> connection;
    std::unique_lock lock(mutex_);
    while (!stop.stop_requested()) {
        if (auto errand = take_errand()) {
            lock.unlock();
            try {
                if (!connection) {
                    connection = std::make_unique<Connection>(address_, trust());
                }
                perform(*errand, *connection);
                Errand::answer(errand, nullptr);
            } catch (...) {
                Errand::answer(errand, std::current_exception());
            }
            errand.reset();
            lock.lock();
        } else if (reach_.is_down() && !somebody_looks_ && Now::now() >= reach_.look_again()) {
            somebody_looks_ = true;
            lock.unlock();
            try {
                if (!connection) {
                    connection = std::make_unique<Connection>(address_, trust());
                }
                look_again(*connection);
            } catch (const std::exception& failure) {
                note_lost(failure.what());
            }
            lock.lock();
            somebody_looks_ = false;
        } else if (reach_.is_down()) {
            auto until = somebody_looks_ ? Now::now() + Reach::longest_pause : reach_.look_again();
            news_.wait_until(lock, stop, until, [this] { return !queue_.empty() || !reach_.is_down(); });
        } else if (!news_.wait_for(lock, stop, longest_silence,
                                   [this] { return !queue_.empty() || reach_.is_down(); })) {
            lock.unlock();
            if (connection && !stop.stop_requested()) {
                keep_alive(*connection);
            }
            lock.lock();
        }
    }
}

// The next that somebody still waits for. While Redis is down the others are told so. Under the lock.
std::shared_ptr<Clerks::Errand> Clerks::take_errand() {
    while (!queue_.empty()) {
        auto errand = std::move(queue_.front());
        queue_.pop_front();
        if (errand->is_abandoned) {
            continue;
        }
        if (!reach_.is_down() || errand->insists) {
            return errand;
        }
        Errand::answer(errand, std::make_exception_ptr(RedisFailure(Trouble::Lost, reach_.reason())));
    }
    return nullptr;
}

void Clerks::perform(Errand& errand, Connection& connection) {
    try {
        const bool is_new = !connection.is_open();
        if (is_new) {
            connection.open(errand.deadline);
        }
        connection.set_deadline(errand.deadline);
        bool is_lost = false;
        try {
            errand.work(connection);
        } catch (const RedisFailure& failure) {
            // One that was idle may have been closed, or Redis restarted meanwhile: nothing is known of it
            // then.
            is_lost = !is_new && failure.trouble() == Trouble::Lost && Now::now() < errand.deadline;
            if (!is_lost) {
                throw;
            }
        }
        if (is_lost) {
            connection.open(errand.deadline);
            errand.work(connection);
        }
        note_found();
    } catch (const RedisFailure& failure) {
        if (is_down(failure.trouble())) {
            connection.close();
            note_lost(failure.error().detail);
        } else {
            log_.warning("redis refused a command", {{"reason", failure.error().detail}});
        }
        throw;
    }
}

void Clerks::look_again(Connection& connection) {
    try {
        connection.open(Now::now() + settings_.connect_timeout);
        note_found();
    } catch (const RedisFailure& failure) {
        note_lost(failure.error().detail);
    }
}

void Clerks::keep_alive(Connection& connection) {
    if (!connection.is_open() || Now::now() - connection.last_used() < longest_silence) {
        return;
    }
    try {
        connection.set_deadline(Now::now() + settings_.connect_timeout);
        connection.ask({"PING"});
    } catch (const RedisFailure&) {
        connection.close();  // whoever comes next opens another
    }
}

void Clerks::note_lost(const std::string& reason) {
    bool is_news = false;
    {
        std::scoped_lock lock(mutex_);
        is_news = reach_.lost(Now::now(), reason);
    }
    if (is_news) {
        news_.notify_all();
        log_.warning("redis is out of reach", {{"at", address_.name()}, {"reason", reason}});
    }
}

void Clerks::note_found() {
    bool is_news = false;
    {
        std::scoped_lock lock(mutex_);
        is_news = reach_.found();
    }
    if (is_news) {
        news_.notify_all();
        log_.info("redis is there again", {{"at", address_.name()}});
    }
}

const Trust* Clerks::trust() {
    if (!address_.tls) {
        return nullptr;
    }
    std::call_once(trust_read_, [this] {
        trust_ = std::make_unique<Trust>(address_.certificates, settings_.certificate_authority);
    });
    return trust_.get();
}

}  // namespace repartee::stores::redis
