// Recordings that are uploaded and asked about, as the robot's page does it.
#include "audio/wav.h"
#include "bench/conduct.h"
#include "bench/http_line.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/json/parse.hpp>
#include <fmt/format.h>

namespace repartee::bench {

namespace {

namespace json = boost::json;

std::string upload(const std::string& host, const std::string& wav) {
    constexpr std::string_view boundary = "----repartee-bench";
    auto body = fmt::format(
        "--{}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"recording.wav\"\r\n"
        "Content-Type: audio/wav\r\n\r\n{}\r\n--{}--\r\n",
        boundary, wav, boundary);
    return fmt::format(
        "POST /upload HTTP/1.1\r\nHost: {}\r\nContent-Type: multipart/form-data; boundary={}\r\n"
        "Content-Length: {}\r\n\r\n{}",
        host, boundary, body.size(), body);
}

std::string text_in(std::string_view body, std::string_view name) {
    json::error_code fault;
    auto value = json::parse(body, fault);
    auto* found = !fault && value.is_object() ? value.get_object().if_contains(name) : nullptr;
    return found != nullptr && found->is_string() ? std::string(found->get_string()) : std::string{};
}

struct Tally {
    Samples done_after;  // ms
    Samples status_after;
    std::size_t uploads = 0;
    std::size_t failed = 0;
};

// One job: on its own connection, from its upload to its end.
class Errand : public std::enable_shared_from_this<Errand> {
public:
    Errand(asio::io_context& context, Pacer& pacer, std::string host, Duration poll, Tally& tally)
        : pacer_(pacer),
          host_(std::move(host)),
          poll_(poll),
          tally_(tally),
          line_(std::make_shared<HttpLine>(context)) {}

    static awaitable<void> run(std::shared_ptr<Errand> self, asio::ip::tcp::endpoint to, std::string request,
                               TimePoint due) {
        self->due_ = due;
        co_await self->line_->connect(to);
        self->line_->ask(std::move(request), [self](int status, std::string_view body, TimePoint at) {
            self->id_ = text_in(body, "job_id");
            if (status != 200 || self->id_.empty()) {
                self->end(false, at);
                return;
            }
            self->pacer_.add(at + self->poll_, [self](TimePoint next) { return self->look(next); });
        });
    }

    void give_up() { line_->hang_up(); }

private:
    TimePoint look(TimePoint due) {
        if (ended_) {
            return TimePoint::max();
        }
        auto request = fmt::format("GET /status/{} HTTP/1.1\r\nHost: {}\r\n\r\n", id_, host_);
        line_->ask(std::move(request),
                   [self = shared_from_this(), due](int, std::string_view body, TimePoint at) {
                       self->tally_.status_after.add(milliseconds_of(at - due));
                       auto status = text_in(body, "status");
                       if (status == "done" || status == "error" || status.empty()) {
                           self->end(status == "done", at);
                       }
                   });
        return due + poll_;
    }

    void end(bool well, TimePoint at) {
        if (std::exchange(ended_, true)) {
            return;
        }
        if (well) {
            tally_.done_after.add(milliseconds_of(at - due_));
        } else {
            ++tally_.failed;
        }
        line_->hang_up();
    }

    Pacer& pacer_;
    const std::string host_;
    const Duration poll_;
    Tally& tally_;
    std::shared_ptr<HttpLine> line_;  // shared with what it has under way
    TimePoint due_{};
    std::string id_;
    bool ended_ = false;
};

}  // namespace

Report measure_jobs(const JobOptions& options) {
    Report report(fmt::format("Jobs: {:.3g} uploads a second of {:.3g} s of sound, asked about each {} ms",
                              options.per_second, options.sound_seconds, options.poll_ms));
    auto samples = static_cast<std::size_t>(options.sound_seconds * audio::speech_rate);
    auto wav = audio::write_wav({.rate = audio::speech_rate, .samples = speech_like(samples)});
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(wishes_of(options.common, scripted_engines({}, 8)));
        auto request = upload(server.host(), wav);
        asio::io_context context{1};
        Pacer pacer(context);
        Tally tally;
        auto between = std::chrono::duration_cast<Duration>(1s / options.per_second);
        auto over = std::chrono::steady_clock::now() +
                    std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds));
        Interval whole(server);
        std::vector<std::weak_ptr<Errand>> errands;
        pacer.add(std::chrono::steady_clock::now(), [&](TimePoint due) {
            ++tally.uploads;
            auto errand = std::make_shared<Errand>(context, pacer, server.host(),
                                                   std::chrono::milliseconds(options.poll_ms), tally);
            errands.push_back(errand);
            asio::co_spawn(context, Errand::run(errand, server.endpoint(), request, due),
                           [&tally](const std::exception_ptr& failure) { tally.failed += failure ? 1 : 0; });
            return due + between < over ? due + between : TimePoint::max();
        });
        context.run_for(over - std::chrono::steady_clock::now() + 2s);
        for (const auto& errand : errands) {
            if (auto unfinished = errand.lock()) {
                unfinished->give_up();
            }
        }
        report.add_percentiles("upload due to done", "ms", tally.done_after);
        report.add_percentiles("question due to status", "ms", tally.status_after);
        report.add("jobs that failed", "", static_cast<double>(tally.failed));
        report.add("jobs without an end", "",
                   static_cast<double>(tally.uploads - tally.failed - tally.done_after.count()));
        if (server.meter().known()) {
            report.add("CPU of a job, its questions included", "ms",
                       milliseconds_of(whole.processor()) / static_cast<double>(tally.uploads));
        }
        whole.report_company(report);
    }
    return report;
}

}  // namespace repartee::bench
