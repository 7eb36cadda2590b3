"""What the system tests are made of: the real server, genuine clients, simulated model servers."""
