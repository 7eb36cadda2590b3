#include "engines/llama/server_ward.h"

#include <gmock/gmock.h>

namespace repartee::engines::llama {

namespace {

using testing::Contains;
using testing::HasSubstr;
using testing::Not;

std::string words_of(const processes::Program& program) {
    std::string words;
    for (const auto& argument : program.arguments) {
        words += argument + " ";
    }
    return words;
}

processes::Program told(const LlamaSettings& settings) {
    ChosenModel model{.file = "/models/m.gguf", .context = 2048};
    return program_for({.executable = "/kit/ld.so", .arguments = {"/kit/llama-server"}}, model, settings,
                       Secret("key"), 5'000'000);
}

}  // namespace

TEST(ServerWard, TellsTheServerWhatItNeeds) {
    auto program = told({.slots = 3});
    EXPECT_EQ(program.executable, "/kit/ld.so");
    EXPECT_THAT(words_of(program),
                testing::StartsWith("/kit/llama-server --model /models/m.gguf "
                                    "--host 127.0.0.1 --port 0 --ctx-size 6144 --parallel 3 "));
    EXPECT_THAT(words_of(program), Not(HasSubstr("--threads ")));
    EXPECT_THAT(words_of(program), Not(HasSubstr("--device")));
    EXPECT_EQ(program.most_memory, 5'000'000U);
}

TEST(ServerWard, KeepsTheKeyOutOfWhatOthersSee) {
    auto program = told({});
    EXPECT_THAT(words_of(program), Not(HasSubstr("key")));
    EXPECT_THAT(program.environment, Contains("LLAMA_API_KEY=key"));
    EXPECT_NE(random_key(), random_key());
    EXPECT_EQ(random_key().reveal().size(), 48U);
}

TEST(ServerWard, ComputesWhereItIsTold) {
    EXPECT_THAT(words_of(told({.threads = 7, .device = "cpu"})), HasSubstr("--threads 7 --device none "));
    EXPECT_THAT(words_of(told({.device = "Vulkan0"})), HasSubstr("--device Vulkan0 "));
}

TEST(ServerWard, ReadsThePortFromTheLog) {
    EXPECT_EQ(port_in("I srv  llama_server: listening on http://127.0.0.1:46715"), 46715);
    EXPECT_EQ(port_in("0.00.217.571 I srv  llama_server: listening on http://127.0.0.1:38459"), 38459);
    EXPECT_EQ(port_in("I srv  llama_server: listening on http://127.0.0.1:0"), std::nullopt);
    EXPECT_EQ(port_in("I srv  llama_server: listening on http://127.0.0.1:99999"), std::nullopt);
    EXPECT_EQ(port_in("I srv  llama_server: loading"), std::nullopt);
}

TEST(ServerWard, TellsComplaintsFromChatter) {
    EXPECT_EQ(complaint_of_server("E gguf_init_from_file: failed to open GGUF file 'x'"),
              "gguf_init_from_file: failed to open GGUF file 'x'");
    EXPECT_EQ(complaint_of_server("0.00.049.991 E srv    load_model: failed"), "srv    load_model: failed");
    EXPECT_EQ(complaint_of_server("I slot print_timing: no error"), std::nullopt);
    EXPECT_EQ(complaint_of_server("W slot operator(): need to evaluate at least 1 token"), std::nullopt);
    EXPECT_EQ(complaint_of_server("error: invalid argument: --no-such-option"),
              "error: invalid argument: --no-such-option");
    EXPECT_EQ(complaint_of_server("to show complete usage, run with -h"), std::nullopt);
    EXPECT_EQ(complaint_of_server("   "), std::nullopt);
    EXPECT_EQ(complaint_of_server("E " + std::string(10'000, 'x'))->size(), 300U);
}

}  // namespace repartee::engines::llama
