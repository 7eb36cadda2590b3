#include "capacity/step.h"

namespace repartee::capacity {

std::string_view name_of(Work work) {
    switch (work) {
        case Work::Call: return "call";
        case Work::Turn: return "turn";
        case Work::Chat: return "chat";
        case Work::Job: return "job";
    }
    return "unknown";
}

std::string_view name_of(Step step) {
    switch (step) {
        case Step::Everything: return "everything";
        case Step::NoPartials: return "no_partials";
        case Step::ShortClauses: return "short_clauses";
        case Step::SmallModel: return "small_model";
        case Step::Refusing: return "refusing";
    }
    return "unknown";
}

}  // namespace repartee::capacity
