#include "engines/llama/llama_server.h"

#include "engines/llama/fitting.h"
#include "engines/llama/llama_answer.h"
#include "models/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <unistd.h>

namespace repartee::engines::llama {

namespace {

// Gigabytes from a slow disk; and one that cannot be loaded is not tried all the time.
constexpr processes::SupervisionOptions supervising{.first_answer_limit = 10min, .longest_pause = 2min};

// How long a turn waits for a server that is being started: one that was lost is back in a second or two, and
// nobody listens to silence for longer.
constexpr Duration readiness_limit = 10s;

// Of the context, for the answer.
constexpr double kept_for_answer = 0.15;

// What stands where the words of somebody who still speaks will stand. Templates expect a question at the
// end.
constexpr std::string_view still_unsaid = "…";

// Of a process, what lies in memory.
std::uint64_t resident_bytes(pid_t pid) {
    std::ifstream file(fmt::format("/proc/{}/statm", pid));
    std::uint64_t all = 0;
    std::uint64_t resident = 0;
    file >> all >> resident;
    return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

}  // namespace

LlamaServer::LlamaServer(const Environs& environs, const processes::Program& installed, ChosenModel model,
                         const LlamaSettings& settings, std::uint64_t most_memory)
    : clock_(environs.clock),
      log_(environs.log.with({{"engine", "llama"}})),
      http_(environs.http),
      model_(std::move(model)),
      settings_(settings),
      key_(random_key()),
      ward_(std::make_shared<ServerWard>(program_for(installed, model_, settings, key_, most_memory),
                                         environs.http)),
      supervision_(environs.executor, environs.clock, environs.log, environs.metrics, ward_, supervising),
      slots_(static_cast<std::size_t>(settings.slots)),
      // Whoever reads holds the server: the engines may let go of it meanwhile.
      reading_(environs.executor, [this](Prompt prompt) { return read(std::move(prompt)); }) {}

awaitable<Health> LlamaServer::check(Duration limit) {
    Health health;
    try {
        co_await supervision_.until_well(limit);
        health.usable = true;
        health.reason = fmt::format(
            "on this machine, {}, {} of {} tokens", model_.examined.weights,
            settings_.slots == 1 ? "a conversation" : fmt::format("{} conversations", settings_.slots),
            model_.context);
    } catch (const Failure& failure) {
        auto loads = supervision_.run() && !supervision_.fault();
        health.reason = loads ? progress() : failure.error().message;
        if (!loads) {
            health.advice = "the log says more; LLAMA_MODEL and LLAMA_SERVER name others";
        }
    }
    co_return health;
}

std::string LlamaServer::progress() const {
    auto run = supervision_.run();
    if (!run) {
        return "is being started";
    }
    auto seconds = std::chrono::duration_cast<std::chrono::seconds>(clock_.now() - run->started_at);
    return fmt::format("is loading {}: {} of about {} after {} s", model_.file.filename().string(),
                       models::size_in_words(resident_bytes(run->pid)),
                       models::size_in_words(model_.footprint.all()), seconds.count());
}

awaitable<std::shared_ptr<openai::OpenAiModel>> LlamaServer::reach(std::string thinking) {
    std::uint16_t port = 0;
    try {
        do {
            co_await supervision_.until_well(readiness_limit);
            port = ward_->port();
        } while (port == 0);  // it has ended since
    } catch (const Failure& failure) {
        // One that has ended before it was well is on its way again: what it died of is worth more than how
        // far it is.
        auto loads = supervision_.run() && !supervision_.fault();
        auto why = loads ? progress() : "cannot be run: " + failure.error().message;
        throw Failure(ErrorKind::Unavailable, fmt::format("{} {}.", what_people_call_it, why),
                      failure.error().message);
    }
    std::lock_guard lock(mutex_);
    if (std::exchange(port_, port) != port) {
        peers_.clear();
        slots_.forget();
    }
    auto& peer = peers_[thinking];
    if (!peer) {
        openai::OpenAiSettings settings{.base_url = fmt::format("http://127.0.0.1:{}/v1", port),
                                        .api_key = key_,
                                        .model = model_.file.stem().string(),
                                        .timeout = settings_.patience,
                                        .stall_timeout = settings_.stall_timeout,
                                        .thinking = thinking,
                                        .thinking_switch = "chat_template_kwargs",
                                        .peer = std::string(what_people_call_it),
                                        // One that is kept holds a thread of the server's.
                                        .keeps_connections = false};
        peer = std::make_shared<openai::OpenAiModel>("llama", std::move(settings), http_, clock_, log_);
    }
    co_return peer;
}

std::unique_ptr<ModelStream> LlamaServer::answer(Prompt prompt, std::string thinking) {
    return std::make_unique<LlamaAnswer>(shared_from_this(), std::move(prompt), std::move(thinking));
}

// One token comes all the same; it is of no interest.
awaitable<void> LlamaServer::read(Prompt prompt) {
    auto self = shared_from_this();
    auto began = clock_.now();
    prompt = fitted_to_context(std::move(prompt));
    auto fingerprint = fingerprint_of(prompt);
    prompt.messages.push_back({.role = Role::User, .content = std::string(still_unsaid)});
    auto bytes = size_of(prompt);
    auto peer = co_await reach(settings_.thinking);
    auto lease = slots_.take(fingerprint);
    boost::json::object extras{{"id_slot", lease.slot()}, {"max_tokens", 0}};
    auto stream = peer->start(std::move(prompt), std::move(extras));
    while (auto output = co_await stream->next()) {
        if (const auto* end = std::get_if<AnswerEnd>(&*output)) {
            note("language model read ahead", lease, *end, bytes);
        }
    }
    log_.debug("reading ahead took", {{"ms", milliseconds_of(clock_.now() - began)}});
}

Prompt LlamaServer::fitted_to_context(Prompt prompt) const {
    double tokens_per_byte = 0;
    {
        std::lock_guard lock(mutex_);
        tokens_per_byte = tokens_per_byte_;
    }
    if (tokens_per_byte <= 0) {
        return prompt;
    }
    auto room = static_cast<double>(model_.context) * (1 - kept_for_answer);
    return fitted(std::move(prompt), static_cast<std::size_t>(room / tokens_per_byte));
}

void LlamaServer::note(const char* event, const SlotBook::Lease& lease, const AnswerEnd& end,
                       std::size_t prompt_bytes) {
    log_.debug(event, {{"slot", lease.slot()},
                       {"prompt_tokens", end.prompt_tokens},
                       {"cached_tokens", end.cached_tokens},
                       {"answer_tokens", end.answer_tokens}});
    if (end.prompt_tokens > 0 && prompt_bytes > 0) {
        auto measured = static_cast<double>(end.prompt_tokens) / static_cast<double>(prompt_bytes);
        // A little less is no news: what has been left out of a conversation would come back, and go again.
        constexpr double a_little_less = 0.7;
        std::lock_guard lock(mutex_);
        if (measured > tokens_per_byte_ || measured < tokens_per_byte_ * a_little_less) {
            tokens_per_byte_ = measured;
        }
    }
}

std::shared_ptr<LlamaServer> Servers::server_for(const std::filesystem::path& file, const Make& make) {
    std::lock_guard lock(mutex_);
    auto& known = servers_[file];
    auto server = known.lock();
    if (!server) {
        server = make();
        known = server;
    }
    return server;
}

}  // namespace repartee::engines::llama
