// Plain requests over connections that are kept.
#include "bench/conduct.h"
#include "bench/http_line.h"

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

namespace repartee::bench {

Report measure_http(const HttpOptions& options) {
    Report report(fmt::format("GET {}: {:.0f} a second over {} connections", options.path, options.per_second,
                              options.connections));
    for (int run = 0; run < options.common.runs; ++run) {
        MeasuredServer server(wishes_of(options.common, scripted_engines({}, 8)));
        asio::io_context context{1};
        std::vector<std::shared_ptr<HttpLine>> lines;
        int connected = 0;
        for (int i = 0; i < options.connections; ++i) {
            auto line = lines.emplace_back(std::make_shared<HttpLine>(context));
            asio::co_spawn(context, line->connect(server.endpoint()), [&](const std::exception_ptr& failure) {
                if (failure) {
                    std::rethrow_exception(failure);
                }
                ++connected;
            });
        }
        run_until(context, [&] { return connected == options.connections; }, "the connections");

        auto request = fmt::format("GET {} HTTP/1.1\r\nHost: {}\r\n\r\n", options.path, server.host());
        Pacer pacer(context);
        Samples latencies;
        std::size_t asked = 0;
        std::size_t refused = 0;
        auto between = std::chrono::duration_cast<Duration>(1s / options.per_second);
        auto over = std::chrono::steady_clock::now() +
                    std::chrono::duration_cast<Duration>(std::chrono::duration<double>(options.seconds));
        Interval whole(server);
        pacer.add(std::chrono::steady_clock::now(), [&](TimePoint due) {
            lines[asked++ % lines.size()]->ask(request, [&, due](int status, std::string_view, TimePoint at) {
                refused += status == 200 ? 0 : 1;
                latencies.add(milliseconds_of(at - due));
            });
            return due + between < over ? due + between : TimePoint::max();
        });
        context.restart();
        context.run_for(over - std::chrono::steady_clock::now());
        auto processor = whole.processor();
        whole.report_company(report);
        context.restart();
        context.run_for(500ms);
        if (server.meter().known()) {
            report.add("CPU of a request", "us",
                       milliseconds_of(processor) * 1000 / static_cast<double>(asked));
        }
        report.add_percentiles("due to answered", "ms", latencies);
        report.add("answers other than 200", "", static_cast<double>(refused));
        report.add("never answered", "", static_cast<double>(asked - latencies.count()));
        report.add("load behind its schedule p99.9", "ms", pacer.lateness().percentile(0.999));
        for (auto& line : lines) {
            line->hang_up();
        }
    }
    return report;
}

}  // namespace repartee::bench
