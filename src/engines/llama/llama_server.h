// A running llama-server with one model: kept alive, asked, and told what to read ahead.
//
// Shared by all engines that think with that model. It ends with the last of them.
#pragma once

#include "engines/llama/model_choice.h"
#include "engines/llama/reading_ahead.h"
#include "engines/llama/server_ward.h"
#include "engines/llama/slots.h"
#include "engines/openai/openai_model.h"
#include "processes/supervision.h"

#include <map>
#include <memory>
#include <mutex>

namespace repartee::engines::llama {

// What of the server's surroundings it uses; all of it outlives it.
struct Environs {
    Executor executor;
    Clock& clock;
    Log log;
    Metrics& metrics;
    net::HttpClient& http;
};

// In messages.
inline constexpr std::string_view what_people_call_it = "The language model on this machine";

class LlamaServer : public std::enable_shared_from_this<LlamaServer> {
public:
    // `installed`: as find_server has it. `most_memory`: bytes it may fill; 0: no limit. It is started when
    // it is first wanted.
    LlamaServer(const Environs& environs, const processes::Program& installed, ChosenModel model,
                const LlamaSettings& settings, std::uint64_t most_memory);

    const ChosenModel& model() const { return model_; }

    // Waits no longer than `limit` for a server that still loads.
    awaitable<Health> check(Duration limit);

    // An answer to the prompt; `thinking` as in LlamaSettings, for those who share a server may differ in
    // that. Any strand.
    std::unique_ptr<ModelStream> answer(Prompt prompt, std::string thinking);

    // Reads the prompt, to which something will be added, as soon as nobody waits for an answer. Any strand.
    void read_ahead(const Prompt& prompt) { reading_.want(prompt); }

    awaitable<void> close() { return reading_.close(); }

private:
    friend class LlamaAnswer;

    // The one that is running now, told whether to think. Throws Failure when there is none in time.
    awaitable<std::shared_ptr<openai::OpenAiModel>> reach(std::string thinking);
    awaitable<void> read(Prompt prompt);
    // The prompt as far as it leaves room for an answer, by what prompts have taken so far.
    Prompt fitted_to_context(Prompt prompt) const;
    void note(const char* event, const SlotBook::Lease& lease, const AnswerEnd& end,
              std::size_t prompt_bytes);
    std::string progress() const;

    Clock& clock_;
    const Log log_;
    net::HttpClient& http_;
    const ChosenModel model_;
    const LlamaSettings settings_;
    const Secret key_;
    const std::shared_ptr<ServerWard> ward_;  // and of the supervision
    processes::Supervision supervision_;
    SlotBook slots_;
    ReadingAhead reading_;

    mutable std::mutex mutex_;
    std::uint16_t port_ = 0;  // of the one that was reached last ...
    // ... by whether it is told to think; with answers under way.
    std::map<std::string, std::shared_ptr<openai::OpenAiModel>> peers_;
    double tokens_per_byte_ = 0;  // of prompts; 0: not known yet
};

// One server for each model, whoever wants it. Any thread.
class Servers {
public:
    using Make = std::function<std::shared_ptr<LlamaServer>()>;
    std::shared_ptr<LlamaServer> server_for(const std::filesystem::path& file, const Make& make);

private:
    std::mutex mutex_;
    std::map<std::filesystem::path, std::weak_ptr<LlamaServer>> servers_;
};

}  // namespace repartee::engines::llama
