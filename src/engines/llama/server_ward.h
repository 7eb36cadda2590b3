// A llama-server as the one who keeps it alive sees it: how it is started, where it listens, whether it is
// well.
//
// It listens on loopback, on a port that the kernel finds and that it tells in its log, and serves only who
// has a key, which is made anew for each server and handed over in its environment.
#pragma once

#include "base/secret.h"
#include "engines/llama/llama_settings.h"
#include "engines/llama/model_choice.h"
#include "net/http_client.h"
#include "processes/supervision.h"

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace repartee::engines::llama {

// The installed server with all that it is told. `most_memory`: bytes it may fill; 0: no limit.
processes::Program program_for(processes::Program installed, const ChosenModel& model,
                               const LlamaSettings& settings, const Secret& key, std::uint64_t most_memory);

// The port in "... listening on http://127.0.0.1:46715".
std::optional<std::uint16_t> port_in(std::string_view line);

// What a line of its log complains about, without the time and the place in its source; nothing for a line
// that only tells.
std::optional<std::string> complaint_of_server(std::string_view line);

Secret random_key();

class ServerWard final : public processes::Ward {
public:
    ServerWard(processes::Program program, net::HttpClient& http)
        : program_(std::move(program)), http_(http) {}

    // Where it listens; 0 until it has told. Any thread.
    std::uint16_t port() const { return port_; }

    const std::string& name() const override { return name_; }
    processes::Program program() override;
    awaitable<processes::Wellbeing> ask() override;
    std::optional<std::string> complaint_in(std::string line) override;

private:
    const std::string name_ = "llama-server";
    const processes::Program program_;
    net::HttpClient& http_;
    std::atomic<std::uint16_t> port_{0};
};

}  // namespace repartee::engines::llama
