// One answer of a llama-server: waits for a server that is just being started, has its prompt read in the
// slot where the conversation was read before, leaves out the oldest of one that has grown too long, and
// notices a server that hangs long before its patience ends.
#pragma once

#include "engines/llama/llama_server.h"

namespace repartee::engines::llama {

class LlamaAnswer final : public ModelStream {
public:
    LlamaAnswer(std::shared_ptr<LlamaServer> server, Prompt prompt, std::string thinking)
        : server_(std::move(server)), prompt_(std::move(prompt)), thinking_(std::move(thinking)) {}

    awaitable<std::optional<ModelOutput>> next() override;

private:
    awaitable<void> begin();
    awaitable<std::optional<ModelOutput>> next_output();
    awaitable<void> doubt();
    Error as_people_say(Error error) const;

    std::shared_ptr<LlamaServer> server_;
    Prompt prompt_;
    const std::string thinking_;
    std::size_t prompt_bytes_ = 0;
    std::unique_ptr<ReadingAhead::Turn> turn_;
    std::optional<SlotBook::Lease> lease_;
    std::shared_ptr<openai::OpenAiModel> peer_;  // outlives the answer
    std::unique_ptr<ModelStream> answer_;
    bool said_something_ = false;
    bool over_ = false;
};

}  // namespace repartee::engines::llama
