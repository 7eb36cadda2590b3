// The engines that come with the server and need real time, held to their contracts.
#include "engines/flite/synthesiser.h"
#include "engines/pocketsphinx/recogniser.h"
#include "recogniser_contract.h"
#include "spoken.h"
#include "synthesiser_contract.h"

namespace repartee::engines {

namespace {

const RecogniserCase pocketsphinx_case{.name = "Pocketsphinx",
                                       .create =
                                           [](House& house) {
                                               pocketsphinx::Settings settings;
                                               settings.decoders = 2;
                                               return std::make_unique<pocketsphinx::Pocketsphinx>(
                                                   settings, house.clock(), Log::silent(), house.pool());
                                           },
                                       .speech = [] { return spoken("The weather is very nice today."); }};

const SynthesiserCase flite_case{.name = "Flite", .create = [](House& house) {
                                     return std::make_unique<flite::Flite>(flite::Settings{}, house.pool());
                                 }};

INSTANTIATE_TEST_SUITE_P(Recognisers, RecogniserContract, testing::Values(pocketsphinx_case),
                         recogniser_case_name);
INSTANTIATE_TEST_SUITE_P(Synthesisers, SynthesiserContract, testing::Values(flite_case),
                         synthesiser_case_name);

}  // namespace

}  // namespace repartee::engines
