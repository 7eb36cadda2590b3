#include "agents/built_in.h"

namespace repartee::agents {

conversation::Agent repartee_agent() {
    return {
        .id = "repartee",
        .name = "Repartee",
        .instructions =
            "You are Repartee, a voice assistant. What you write is spoken aloud, so write as people talk: "
            "one to three short sentences, plain words, no lists, no markup, no emoji. "
            "Answer first, explain only when asked. If you did not understand, say so and ask. "
            "If you do not know, say so. Answer in the language you are spoken to.",
        .skills = {"clock", "calculator", "timer", "notes"},
        .voice = {.name = {}, .language = "en"},
    };
}

conversation::Agent misty_agent() {
    return {
        .id = "misty",
        .name = "Misty",
        .instructions =
            "You are Misty, a friendly and helpful robot assistant. People talk to you, and your body speaks "
            "your answer aloud, so write as people talk: one to three short sentences, plain words, no "
            "lists, no markup, no emoji. Answer first, explain only when asked. If you do not know, say so.",
        .skills = {"clock", "calculator"},
        .voice = {.name = {}, .language = "en"},
        // Low: a robot that answers from a page should say the same thing to the same question.
        .sampling = {.temperature = 0.2, .max_tokens = 150},
    };
}

}  // namespace repartee::agents
