fuzz_target(written_calls LINKS conversation)
