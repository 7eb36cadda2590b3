fuzz_target(multipart LINKS net)
