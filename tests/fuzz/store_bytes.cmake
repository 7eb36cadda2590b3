fuzz_target(store_bytes LINKS store_postgres store_redis)
