fuzz_target(http_validator LINKS net)
