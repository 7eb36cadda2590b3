fuzz_target(http_reply LINKS net)
