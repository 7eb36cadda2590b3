#include "engines/llama/llama_answer.h"

#include "base/together.h"
#include "engines/llama/fitting.h"

#include <fmt/format.h>

namespace repartee::engines::llama {

namespace {

// A server that computes answers other questions at once, so silence alone proves nothing: past this it is
// asked whether it is well, again and again.
constexpr Duration doubtful_silence = 3s;

// Each leaves out a third more of a conversation that is too long; what is too long even then will stay so.
constexpr int most_attempts = 5;

// Until a server that has ended is known to have ended.
constexpr Duration moment = 100ms;

// Rather than what the server said of itself, which names it as people do.
bool is_about_connection(const Error& error) {
    return error.kind == ErrorKind::Unavailable ||
           (error.kind == ErrorKind::ProviderBroke && !error.message.starts_with(what_people_call_it));
}

awaitable<void> keep_output(ModelStream& stream, std::optional<ModelOutput>& output) {
    output = co_await stream.next();
}

}  // namespace

awaitable<std::optional<ModelOutput>> LlamaAnswer::next() {
    if (over_) {
        co_return std::nullopt;
    }
    over_ = true;  // stays so when anything below throws
    for (int attempt = 1;; ++attempt) {
        Error error;
        try {
            if (!answer_) {
                co_await begin();
            }
            auto output = co_await next_output();
            over_ = !output;
            said_something_ = true;
            co_return output;
        } catch (const Failure& failure) {
            error = failure.error();
        }
        bool too_long = error.kind == ErrorKind::TooLarge;
        bool not_reached = error.kind == ErrorKind::Unavailable && answer_ != nullptr;
        if (said_something_ || attempt == most_attempts || !(too_long || not_reached)) {
            throw Failure(as_people_say(std::move(error)));
        }
        answer_.reset();
        lease_.reset();
        if (too_long) {
            auto most = size_of(prompt_) * 2 / 3;
            prompt_ = fitted(std::move(prompt_), most);
        } else {
            // It has just ended, and will be there again.
            co_await server_->clock_.sleep(moment);
        }
    }
}

// Nothing here lasts: one that was lost is being started again.
Error LlamaAnswer::as_people_say(Error error) const {
    if (answer_ == nullptr || !is_about_connection(error)) {
        return error;
    }
    return {ErrorKind::ProviderBroke,
            fmt::format("{} {}.", what_people_call_it,
                        said_something_ ? "broke off in the middle of its answer" : "was lost"),
            error.message + " " + error.detail};
}

awaitable<void> LlamaAnswer::begin() {
    prompt_ = server_->fitted_to_context(std::move(prompt_));
    prompt_bytes_ = size_of(prompt_);
    auto fingerprint = fingerprint_of(prompt_);
    if (!turn_) {
        turn_ = server_->reading_.begin_turn(fingerprint);
    }
    peer_ = co_await server_->reach(thinking_);
    lease_.emplace(server_->slots_.take(fingerprint));
    boost::json::object extras{{"id_slot", lease_->slot()}};
    answer_ = peer_->start(prompt_, std::move(extras));
}

awaitable<std::optional<ModelOutput>> LlamaAnswer::next_output() {
    std::optional<ModelOutput> output;
    co_await first_of(keep_output(*answer_, output), doubt());
    if (output) {
        if (const auto* end = std::get_if<AnswerEnd>(&*output)) {
            server_->note("language model answered", *lease_, *end, prompt_bytes_);
            turn_.reset();
        }
    }
    co_return output;
}

// Kills one that hangs, which ends the connection we wait for.
awaitable<void> LlamaAnswer::doubt() {
    for (;;) {
        co_await server_->clock_.sleep(doubtful_silence);
        server_->supervision_.suspect();
    }
}

}  // namespace repartee::engines::llama
