fuzz_target(agents_files LINKS agents)
