// Session memory in this process before its contract, on a clock whose hands the test turns.
#include "stores/in_process/in_process_sessions.h"
#include "stores_sessions_contract.h"

namespace repartee::stores {
namespace {

class TrialInProcess final : public TrialShelf {
public:
    std::unique_ptr<SessionShelf> open(const Surroundings&) override {
        return std::make_unique<in_process::InProcessShelf>(in_process::InProcessSettings{}, clock_);
    }
    void let_pass(std::chrono::milliseconds time) override {
        asio::io_context nothing_waits;
        clock_.run_until(nothing_waits, clock_.now() + time);
    }

private:
    VirtualClock clock_;
};

}  // namespace

INSTANTIATE_TEST_SUITE_P(InProcess, SessionMemoryContract,
                         testing::Values(ShelfCase{"InProcess",
                                                   [] { return std::make_unique<TrialInProcess>(); }}),
                         store_name<ShelfCase>);

}  // namespace repartee::stores
