fuzz_target(mcp_answers LINKS mcp_client)
