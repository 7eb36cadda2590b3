#include "capacity/settings.h"

namespace repartee::capacity {

namespace {

constexpr std::string_view modes[] = {"auto", "fixed", "off"};
constexpr std::string_view steps[] = {"everything", "no_partials", "short_clauses", "small_model"};

}  // namespace

void describe(Fields& fields, CapacitySettings& settings) {
    fields.field(
        "mode", settings.mode,
        {.help = "Who is let in when there is much to do: `auto` goes by what is measured, within the "
                 "limits below; `fixed` by these alone; `off` lets everybody in.",
         .environment = "CAPACITY",
         .choices = modes});
    fields.field("calls", settings.calls,
                 {.help = "Calls at a time; one more is answered 503. 0: as many as can be served well.",
                  .least = 0,
                  .most = 1e6});
    fields.field("turns", settings.turns,
                 {.help = "Push-to-talk recordings that are being heard or answered at a time; 0: likewise.",
                  .least = 0,
                  .most = 1e6});
    fields.field(
        "chats", settings.chats,
        {.help = "Typed messages that are being answered at a time; 0: likewise.", .least = 0, .most = 1e6});
    fields.field("processor", settings.processor,
                 {.help = "Share of the processor cores that work in hand may take before more is refused.",
                  .least = 0.1,
                  .most = 1});
    fields.field(
        "loop_lag", settings.loop_lag,
        {.help = "How late the server may be with what is due, on the average, before it refuses more.",
         .least = 1,
         .most = 10'000});
    fields.field("engine_wait", settings.engine_wait,
                 {.help = "How long work may wait for a place at an engine, on the average, before more is "
                          "refused.",
                  .least = 1,
                  .most = 60'000});
    fields.field("least_memory", settings.least_memory,
                 {.help = "Mebibytes of memory that stay free: with less, nothing more is taken on.",
                  .least = 0,
                  .most = 1e6});
    fields.field("least_step", settings.least_step,
                 {.help = "What is done without even when there is little to do. Under load the server goes "
                          "further by itself: no partial texts, then shorter first clauses, then the small "
                          "model, then refusing.",
                  .choices = steps});
    fields.field("small_model", settings.small_model,
                 {.help = "Kind of the model that answers under load in the place of everybody's, for agents "
                          "that name none of their own; empty: the same."});
    fields.field("small_model_name", settings.small_model_name,
                 {.help = "Which model of that kind; empty: as its settings say."});
}

}  // namespace repartee::capacity
