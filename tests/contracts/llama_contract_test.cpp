// The language model on the machine, held to its contract with the real llama-server and a model of random
// weights.
#include "base/metrics.h"
#include "engines/llama/llama_model.h"
#include "model_contract.h"

namespace repartee::engines {

namespace {

// The engine with what it needs around it.
class LlamaWithItsSurroundings final : public Model {
public:
    explicit LlamaWithItsSurroundings(House& house)
        : house_(house),
          http_(house.clock(), nullptr),
          model_({.model = RANDOM_MODEL, .context = 2048}, "/nowhere",
                 {.kit = ENGINE_KIT, .path = "/usr/bin"},
                 {house.executor(), house.clock(), Log::silent(), metrics_, http_}, house.pool(),
                 std::make_shared<llama::Servers>()) {
        // The first answer waits for a server that loads, and no longer than somebody would.
        house.run(model_.check());
    }
    ~LlamaWithItsSurroundings() override { house_.run(closed(model_)); }

    EngineInfo info() const override { return model_.info(); }
    awaitable<Health> check() override { return model_.check(); }
    std::unique_ptr<ModelStream> start(Prompt prompt) override { return model_.start(std::move(prompt)); }
    void prepare(const Prompt& prompt) override { model_.prepare(prompt); }

private:
    static awaitable<bool> closed(Engine& engine) {
        co_await engine.close();
        co_return true;
    }

    House& house_;
    Metrics metrics_;
    net::HttpClient http_;
    llama::LlamaModel model_;
};

const ModelCase llama_case{
    .name = "Llama",
    .time = Time::Real,
    .create = [](House& house) { return std::make_unique<LlamaWithItsSurroundings>(house); },
    .prompt = {.messages = {{.role = Role::System, .content = "Be brief."},
                            {.role = Role::User, .content = "Tell me a long story."}},
               .sampling = {.temperature = 0, .max_tokens = 100, .seed = 1}},
    .outputs_before_cancel = 2};

INSTANTIATE_TEST_SUITE_P(Models, ModelContract, testing::Values(llama_case), case_name);

}  // namespace

}  // namespace repartee::engines
