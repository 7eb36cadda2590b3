// Redis before the contract of session memory.
#include "stores_sessions_contract.h"
#include "trial_redis.h"

namespace repartee::stores {

INSTANTIATE_TEST_SUITE_P(Redis, SessionMemoryContract,
                         testing::Values(ShelfCase{"Redis", [] { return std::make_unique<TrialRedis>(); }}),
                         store_name<ShelfCase>);

}  // namespace repartee::stores
