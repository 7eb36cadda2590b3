#include "engines/llama/server_ward.h"

#include "engines/llama/slots.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

namespace repartee::engines::llama {

namespace {

// How many tokens it reads in one go. Fewer are read more slowly; more make those wait longer who are being
// answered meanwhile.
constexpr int tokens_at_once = 512;

// What is found again behind a gap is moved rather than read anew: a history whose oldest messages are left
// out costs nothing. Tokens; shorter pieces are not worth the search.
constexpr int shortest_moved_piece = 64;

// Nothing of a complaint that is longer helps anybody.
constexpr std::size_t longest_complaint = 300;

// For each who is answered or waits, for those who have just hung up, and for questions whether it is well.
std::size_t http_threads(const LlamaSettings& settings) {
    constexpr std::size_t besides = 16;
    return static_cast<std::size_t>(settings.slots) + most_waiting + besides;
}

bool looks_like_trouble(std::string_view line) {
    constexpr std::array<std::string_view, 5> words{"error", "Error", "ASSERT", "terminate called",
                                                    "what():"};
    return std::ranges::any_of(words, [&](auto word) { return line.find(word) != std::string_view::npos; });
}

std::string_view without_blanks(std::string_view text) {
    auto first = text.find_first_not_of(" \t");
    return first == std::string_view::npos ? std::string_view() : text.substr(first);
}

}  // namespace

processes::Program program_for(processes::Program installed, const ChosenModel& model,
                               const LlamaSettings& settings, const Secret& key, std::uint64_t most_memory) {
    auto program = std::move(installed);
    auto context = model.context * static_cast<std::uint64_t>(settings.slots);
    auto add = [&](std::initializer_list<std::string> words) {
        program.arguments.insert(program.arguments.end(), words.begin(), words.end());
    };
    add({"--model", model.file.string(), "--host", "127.0.0.1", "--port", "0"});
    add({"--ctx-size", std::to_string(context), "--parallel", std::to_string(settings.slots)});
    add({"--batch-size", std::to_string(tokens_at_once), "--ubatch-size", std::to_string(tokens_at_once)});
    add({"--cache-reuse", std::to_string(shortest_moved_piece)});
    add({"--threads-http", std::to_string(http_threads(settings))});
    if (settings.threads > 0) {
        add({"--threads", std::to_string(settings.threads)});
    }
    if (settings.device != "auto") {
        add({"--device", settings.device == "cpu" ? "none" : settings.device});
    }
    // By variables, which versions that do not know them pass over: no page for browsers, nothing that shows
    // what others say, nothing from the network, and each slot with memory of its own, and none besides.
    program.environment = {"LLAMA_API_KEY=" + key.reveal(), "LLAMA_ARG_UI=0",
                           "LLAMA_ARG_ENDPOINT_SLOTS=0",    "LLAMA_ARG_OFFLINE=1",
                           "LLAMA_ARG_KV_UNIFIED=0",        "LLAMA_ARG_CACHE_RAM=0",
                           "LLAMA_ARG_CACHE_IDLE_SLOTS=0",  "LLAMA_ARG_LOG_VERBOSITY=3",
                           "LLAMA_ARG_LOG_TIMESTAMPS=0"};
    program.most_memory = most_memory;
    return program;
}

std::optional<std::uint16_t> port_in(std::string_view line) {
    constexpr std::string_view words = "listening on http://";
    auto at = line.find(words);
    auto colon = at == std::string_view::npos ? at : line.find(':', at + words.size());
    if (colon == std::string_view::npos) {
        return std::nullopt;
    }
    std::uint16_t port = 0;
    auto digits = line.substr(colon + 1);
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), port);
    return error == std::errc() && port > 0 ? std::optional(port) : std::nullopt;
}

std::optional<std::string> complaint_of_server(std::string_view line) {
    line = without_blanks(line);
    // "0.00.050.694 E srv    load_model: ...", the time only where it is switched on.
    if (auto blank = line.find(' '); blank != std::string_view::npos && line[0] >= '0' && line[0] <= '9') {
        line = without_blanks(line.substr(blank));
    }
    bool has_level = line.size() > 2 && line[1] == ' ' && std::string_view("DIWE").find(line[0]) != line.npos;
    if (has_level ? line[0] != 'E' : !looks_like_trouble(line)) {
        return std::nullopt;
    }
    line = without_blanks(has_level ? line.substr(1) : line);
    return std::string(line.substr(0, longest_complaint));
}

Secret random_key() {
    constexpr std::size_t words = 6;  // 192 bits
    std::random_device source;
    std::string key;
    for (std::size_t i = 0; i < words; ++i) {
        key += fmt::format("{:08x}", source());
    }
    return Secret(std::move(key));
}

processes::Program ServerWard::program() {
    port_ = 0;  // that of the one before
    return program_;
}

awaitable<processes::Wellbeing> ServerWard::ask() {
    constexpr int still_loading = 503;
    constexpr int well = 200;
    if (port_ == 0) {
        co_return processes::Wellbeing::NotYet;
    }
    net::ClientRequest request{.url = fmt::format("http://127.0.0.1:{}/health", port_.load())};
    request.headers.add("Connection", "close");
    int status = 0;
    try {
        auto reply = co_await http_.fetch(std::move(request));
        status = reply.status;
    } catch (const Failure& failure) {
        // It has ended, which is noticed anyway, or we have no descriptor left to ask with.
        if (failure.error().kind == ErrorKind::Unavailable) {
            co_return processes::Wellbeing::Unknown;
        }
        throw;
    }
    if (status != well && status != still_loading) {
        throw Failure(ErrorKind::ProviderBroke, fmt::format("It answers with status {}.", status));
    }
    co_return status == well ? processes::Wellbeing::Well : processes::Wellbeing::NotYet;
}

std::optional<std::string> ServerWard::complaint_in(std::string line) {
    if (port_ == 0) {
        port_ = port_in(line).value_or(0);
    }
    return complaint_of_server(line);
}

}  // namespace repartee::engines::llama
