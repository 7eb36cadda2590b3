#include "memory/model_answer.h"

#include "conversation/reasoning_filter.h"

namespace repartee::memory {

awaitable<std::string> answer_of(engines::Model& model, engines::Prompt prompt, std::size_t longest) {
    auto stream = model.start(std::move(prompt));
    conversation::ReasoningFilter filter;
    std::string answer;
    while (answer.size() < longest) {
        auto output = co_await stream->next();
        if (!output) {
            break;
        }
        if (const auto* delta = std::get_if<engines::TextDelta>(&*output)) {
            answer += filter.push(delta->text);
        }
    }
    answer += filter.finish();
    co_return answer;
}

}  // namespace repartee::memory
