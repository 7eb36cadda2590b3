#include "surfaces/misty/misty_surface.h"

#include "agents/built_in.h"
#include "jobs/in_process_queue.h"
#include "jobs/shared_queue.h"
#include "net/multipart.h"
#include "surfaces/misty/messages.h"
#include "surfaces/misty/spoken_style.h"

#include <fmt/format.h>

namespace repartee::surfaces::misty {

namespace {

// What a form adds to its recording.
constexpr std::size_t form_overhead = 64 << 10;

constexpr std::size_t largest_message = 64 << 10;

// Between two questions of a client about its recording: the published ones ask every two seconds at most.
constexpr auto longest_pause = 10s;
constexpr auto pause_between_looks = 1s;

// Personal, and out of date in a moment: nobody on the way keeps it.
net::Response answer(std::string body) {
    auto response = net::json_response(200, std::move(body));
    response.headers.add("Cache-Control", "no-store");
    return response;
}

}  // namespace

MistySurface::MistySurface(const Stage& stage, MistySettings settings)
    : stage_(stage),
      settings_(std::move(settings)),
      log_(stage.log.with({{"surface", "misty"}})),
      agent_(agents::misty_agent()),
      speech_(stage.executor, *stage.robot, stage.clock, log_),
      jobs_(make_queue()) {}

std::unique_ptr<jobs::JobQueue> MistySurface::make_queue() {
    jobs::Tools tools{stage_.ears,
                      {.model = stage_.engines.model(),
                       .synthesiser = stage_.engines.synthesiser(),
                       .clock = stage_.clock,
                       .log = log_},
                      stage_.skills,
                      stage_.turn_metrics,
                      &stage_.http,
                      stage_.robot,
                      stage_.toolbox};
    auto* ledger = settings_.jobs.shared ? stage_.archive.database().jobs() : nullptr;
    if (ledger == nullptr) {
        return std::make_unique<jobs::InProcessQueue>(stage_.executor, std::move(tools), customs(),
                                                      settings_.jobs, stage_.metrics, "misty");
    }
    jobs::Shared shared{.ledger = *ledger,
                        .opened = [&archive = stage_.archive] { return archive.opened(); },
                        .doorbell = stage_.archive.doorbell(),
                        .is_ready = [&engines = stage_.engines] { return engines.ready(); }};
    return std::make_unique<jobs::SharedQueue>(stage_.executor, std::move(tools), customs(), settings_.jobs,
                                               stage_.metrics, "misty", std::move(shared));
}

jobs::Customs MistySurface::customs() {
    auto brief = [this](const std::string& transcript) {
        auto style = spoken_style(transcript);
        jobs::Brief made{
            .question = std::move(style.question),
            .agent = agent_,
            .finish = [layout = style.layout](const std::string& reply) { return finished(reply, layout); }};
        if (!style.instructions.empty()) {
            made.agent.instructions +=
                " This time something else was asked for, which goes before all that: " + style.instructions;
        }
        made.agent.sampling.max_tokens = style.token_limit;
        return made;
    };
    return {.language = settings_.language,
            // An end that is no error, because one of the published pages polls on for ever after one,
            // and a sentence rather than nothing, because the robot has to say something to silence.
            .nothing_heard = "I did not hear anything. Please try again.",
            .brief = std::move(brief),
            .done = [this](const std::string& id, const jobs::JobRecord& record) {
                speech_.say(id, record.response);
            }};
}

void MistySurface::add_routes(net::Router& router) {
    net::RouteOptions message{.body_limit = largest_message, .any_origin = true};
    net::RouteOptions recording{
        .body_limit = static_cast<std::size_t>(settings_.max_audio_bytes) + form_overhead,
        .any_origin = true};
    router.post("/test", [this](const net::Request& request) { return test(request); }, message);
    // The README's name, and the one that every published page uses.
    for (auto path : {"/stt", "/upload"}) {
        router.post(path, [this](const net::Request& request) { return upload(request); }, recording);
    }
    // The second is where a page polls that was given no job: it has to end, too.
    for (auto path : {"/status/{job_id}", "/status/"}) {
        router.get(path, [this](const net::Request& request) { return status(request); }, message);
    }
    router.post("/action", [this](const net::Request& request) { return act(request); }, message);
}

awaitable<net::Response> MistySurface::test(const net::Request& request) {
    auto message = parse_test(request.body);
    co_return message ? answer(test_reply(*message)) : refusal(request, message.error());
}

awaitable<net::Response> MistySurface::upload(const net::Request& request) {
    auto form = net::parse_multipart(request.headers.get("Content-Type").value_or(""), request.body);
    if (!form) {
        co_return refusal(request, form.error());
    }
    const auto* file = net::part_named(*form, "file");
    if (file == nullptr) {
        co_return file_missing(request);
    }
    if (file->content.empty()) {
        co_return refusal(request, {ErrorKind::Unprocessable, "The recording is empty.", {}});
    }
    if (file->content.size() > static_cast<std::size_t>(settings_.max_audio_bytes)) {
        co_return refusal(request,
                          {ErrorKind::TooLarge,
                           fmt::format("The recording is larger than {} bytes.", settings_.max_audio_bytes),
                           {}});
    }
    if (auto error = engine_refusal()) {
        co_return refusal(request, *error);
    }
    if (auto error = stage_.capacity.refusal(capacity::Work::Job)) {
        co_return refusal(request, *error);
    }
    last_used_ = stage_.clock.now();
    auto id = co_await jobs_->submit(std::string(file->content));
    co_return id ? answer(job_received(*id)) : refusal(request, id.error());
}

std::optional<Error> MistySurface::engine_refusal() const {
    if (!settings_.local_only) {
        return std::nullopt;
    }
    for (const engines::Engine* engine : {static_cast<const engines::Engine*>(&stage_.engines.recogniser()),
                                          static_cast<const engines::Engine*>(&stage_.engines.model())}) {
        if (auto info = engine->info(); info.place == engines::Place::Cloud) {
            return Error{ErrorKind::Unavailable,
                         fmt::format("The engine {} is in the cloud, and the robot's recordings stay in the "
                                     "house (local_only of surfaces.misty).",
                                     info.kind),
                         {}};
        }
    }
    return std::nullopt;
}

awaitable<net::Response> MistySurface::status(const net::Request& request) {
    std::shared_ptr<const jobs::JobRecord> record;
    std::optional<Error> failure;
    try {
        record = co_await jobs_->status(std::string(request.path_parameter("job_id")));
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        co_return nobody_knows(request, *failure);
    }
    if (!record) {
        co_return unknown_job(request);
    }
    last_used_ = stage_.clock.now();
    co_return answer(job_status(*record));
}

awaitable<net::Response> MistySurface::act(const net::Request& request) {
    auto wanted = parse_action(request.body);
    if (!wanted) {
        co_return refusal(request, wanted.error());
    }
    auto name = devices::name_of(wanted->action);
    log_.info("action", {{"action", name}, {"request", request.id}});
    std::optional<Error> failure;
    try {
        co_await stage_.robot->act(wanted->action, wanted->colour);
    } catch (const Failure& failed) {
        failure = failed.error();
    }
    if (failure) {
        log_.warning("action failed", {{"action", name},
                                       {"request", request.id},
                                       {"code", repartee::name_of(failure->kind)},
                                       {"reason", failure->message},
                                       {"detail", failure->detail}});
        co_return refusal(request, *failure);
    }
    co_return answer(action_taken());
}

// Of a recording that was taken in here only this process may know what becomes of it, and the successor asks
// us in the client's name: until no client has asked for longer than any of them pauses.
awaitable<void> MistySurface::succeeded() {
    jobs_->leave_to_successor();
    for (auto now = stage_.clock.now(); now - last_used_.load() < longest_pause; now = stage_.clock.now()) {
        co_await stage_.clock.sleep(pause_between_looks);
    }
}

awaitable<void> MistySurface::drain(Duration grace) {
    auto until = stage_.clock.now() + grace;
    co_await jobs_->drain(grace);
    co_await speech_.drain(std::max(Duration::zero(), until - stage_.clock.now()));
}

}  // namespace repartee::surfaces::misty
