fuzz_target(wav LINKS audio)
