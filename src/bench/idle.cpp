// WebSockets that are open and say nothing.
#include "bench/conduct.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <fmt/format.h>

namespace repartee::bench {

namespace {

// One socket that answers pings and does nothing else.
class Listening : public std::enable_shared_from_this<Listening> {
public:
    explicit Listening(asio::io_context& context) : line_(std::make_shared<Line>(context)) {}

    static awaitable<void> open(std::shared_ptr<Listening> self, asio::ip::tcp::endpoint to, std::string host,
                                std::string path) {
        co_await self->line_->connect(to);
        co_await self->line_->upgrade(std::move(host), std::move(path));
        self->line_->listen([self](std::string_view bytes, TimePoint) {
            self->reader_.push(bytes, [&](FrameKind kind, std::string_view payload) {
                if (kind == FrameKind::Ping) {
                    self->line_->send(client_frame(FrameKind::Pong, payload));
                }
            });
        });
    }
    void hang_up() { line_->hang_up(); }
    bool is_open() const { return line_->is_open(); }

private:
    std::shared_ptr<Line> line_;  // shared with what it has under way
    FrameReader reader_;
};

}  // namespace

Report measure_idle(const IdleOptions& options) {
    Report report(fmt::format("{} idle sockets at {}", options.sockets, options.path));
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(wishes_of(options.common, scripted_engines({}, 8)));
        auto fresh = server.meter().read();
        asio::io_context context{1};
        auto work = asio::make_work_guard(context);  // also when nobody is there
        std::vector<std::shared_ptr<Listening>> sockets;
        std::exception_ptr failure;
        int opened = 0;
        for (int i = 0; i < options.sockets && !failure; ++i) {
            auto socket = sockets.emplace_back(std::make_shared<Listening>(context));
            asio::co_spawn(context, Listening::open(socket, server.endpoint(), server.host(), options.path),
                           [&](const std::exception_ptr& thrown) {
                               failure = failure ? failure : thrown;
                               ++opened;
                           });
            context.restart();
            context.run_for(1ms);
        }
        run_until(context, [&] { return failure || opened == options.sockets; }, "the sockets");
        if (failure) {
            std::rethrow_exception(failure);
        }
        context.restart();
        context.run_for(1s);  // until they have been greeted
        auto open = server.meter().read();
        Interval whole(server);
        context.restart();
        context.run_for(std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds)));
        auto count = static_cast<double>(options.sockets);
        auto still_open =
            std::ranges::count_if(sockets, [](const auto& socket) { return socket->is_open(); });
        if (server.meter().known()) {
            report.add("memory of a socket", "KiB",
                       (kibibytes(open.resident) - kibibytes(fresh.resident)) / count);
            report.add("CPU of a socket in a minute", "ms",
                       milliseconds_of(whole.processor()) / count * 60 / seconds_of(whole.length()));
        }
        report.add("sockets still open at the end", "", static_cast<double>(still_open));
        whole.report_company(report);
        for (auto& socket : sockets) {
            socket->hang_up();
        }
        context.restart();
        context.run_for(3s);
        if (server.meter().known()) {
            auto left = server.meter().read();
            report.add("memory not given back, of a socket", "KiB",
                       (kibibytes(left.resident) - kibibytes(fresh.resident)) / count);
        }
    }
    return report;
}

}  // namespace repartee::bench
