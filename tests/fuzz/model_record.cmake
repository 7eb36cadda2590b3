fuzz_target(model_record LINKS models)
