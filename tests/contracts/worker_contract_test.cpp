// The engines that live in workers, held to their contracts with the real workers.
#include "base/metrics.h"
#include "engines/espeak/espeak.h"
#include "synthesiser_contract.h"

namespace repartee::engines {

namespace {

const SynthesiserCase espeak_case{.name = "Espeak", .create = [](House& house) {
                                      static Metrics metrics;
                                      processes::WorkerProgram program{.name = "repartee-espeak"};
                                      auto worker = std::make_unique<processes::Worker>(
                                          house.executor(), house.clock(), Log::silent(), metrics, program);
                                      return std::make_unique<espeak::Espeak>(
                                          espeak::Settings{}, house.clock(), std::move(worker));
                                  }};

INSTANTIATE_TEST_SUITE_P(Synthesisers, SynthesiserContract, testing::Values(espeak_case),
                         synthesiser_case_name);

}  // namespace

}  // namespace repartee::engines
