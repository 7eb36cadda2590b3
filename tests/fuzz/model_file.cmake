fuzz_target(model_file LINKS models)
