// Memories that Milvus finds before the contract of memories, as servers of today and of yesterday answer.
// Every search is answered by Milvus or not at all: the database does not stand in.
#include "stores_memories_contract.h"
#include "trial_milvus.h"

namespace repartee::stores {
namespace {

DatabaseCase with(std::string name, std::string control) {
    return {std::move(name), [control] {
                auto trial = std::make_unique<TrialMilvus>();
                trial->simulator.control(control);
                return trial;
            }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(
    Milvus, MemoriesContract,
    testing::Values(with("Present", R"({"looks_until_loaded": 0})"),
                    with("Old", R"({"looks_until_loaded": 0, "templates": false, "success_code": 200})"),
                    with("NumbersAsTexts", R"({"looks_until_loaded": 0, "numbers_as_text": true})")),
    store_name<DatabaseCase>);

}  // namespace repartee::stores
