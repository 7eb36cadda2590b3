fuzz_target(misty_message LINKS surface_misty)
