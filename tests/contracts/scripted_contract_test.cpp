// The models that need nothing but a clock, held to the contract.
#include "engines/rules/rules_model.h"
#include "engines/scripted/scripted_model.h"
#include "model_contract.h"

namespace repartee::engines {

namespace {

Prompt prompt_of(std::string words) {
    return {.messages = {{.role = Role::User, .content = std::move(words)}}};
}

const ModelCase scripted_case{
    .name = "Scripted",
    .create =
        [](House& house) {
            scripted::ScriptedSettings settings{
                .reply = "It is nine o'clock.", .first_token = 200ms, .token = 30ms};
            return std::make_unique<scripted::ScriptedModel>(std::move(settings), house.clock());
        },
    .prompt = prompt_of("what time is it"),
    .outputs_before_cancel = 2};

const ModelCase rules_case{.name = "Rules",
                           .create = [](House&) { return std::make_unique<rules::RulesModel>(); },
                           .prompt = prompt_of("hello")};

INSTANTIATE_TEST_SUITE_P(Models, ModelContract, testing::Values(scripted_case, rules_case), case_name);

}  // namespace

}  // namespace repartee::engines
