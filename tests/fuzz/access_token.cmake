fuzz_target(access_token LINKS accounts)
