// PostgreSQL before the contracts of a database, without and with (a stand-in for) pgvector.
#include "stores_database_contract.h"
#include "stores_history_contract.h"
#include "stores_jobs_contract.h"
#include "stores_memories_contract.h"
#include "stores_parked_calls_contract.h"
#include "stores_people_contract.h"
#include "trial_postgres.h"

namespace repartee::stores {
namespace {

DatabaseCase plain() {
    return {"Plain", [] { return std::make_unique<TrialPostgres>(); }};
}
DatabaseCase with_pgvector() {
    return {"Pgvector", [] { return std::make_unique<TrialPostgres>(Pgvector::StandIn); }};
}

}  // namespace

INSTANTIATE_TEST_SUITE_P(Postgres, PeopleContract, testing::Values(plain()), store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Postgres, HistoryContract, testing::Values(plain()), store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Postgres, MemoriesContract, testing::Values(plain(), with_pgvector()),
                         store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Postgres, ParkedCallsContract, testing::Values(plain()), store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Postgres, JobsContract, testing::Values(plain()), store_name<DatabaseCase>);
INSTANTIATE_TEST_SUITE_P(Postgres, DatabaseContract, testing::Values(plain(), with_pgvector()),
                         store_name<DatabaseCase>);

}  // namespace repartee::stores
