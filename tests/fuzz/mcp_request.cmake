fuzz_target(mcp_request LINKS surface_mcp)
