fuzz_target(settings_file LINKS config)
