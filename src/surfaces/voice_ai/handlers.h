// What is done for each operation of the table, by what it is about. Internal to this folder.
#pragma once

#include "surfaces/voice_ai/operations.h"

namespace repartee::surfaces::voice_ai {

// account_handlers.cpp
awaitable<net::Response> register_user(Desk& desk, Call& call);
awaitable<net::Response> log_in(Desk& desk, Call& call);
awaitable<net::Response> refresh(Desk& desk, Call& call);
awaitable<net::Response> show_account(Desk& desk, Call& call);
awaitable<net::Response> change_account(Desk& desk, Call& call);
awaitable<net::Response> delete_account(Desk& desk, Call& call);
awaitable<net::Response> change_password(Desk& desk, Call& call);
awaitable<net::Response> log_out_everywhere(Desk& desk, Call& call);
awaitable<net::Response> list_keys(Desk& desk, Call& call);
awaitable<net::Response> add_key(Desk& desk, Call& call);
awaitable<net::Response> delete_key(Desk& desk, Call& call);

// profile_handlers.cpp
awaitable<net::Response> show_profile(Desk& desk, Call& call);
awaitable<net::Response> replace_profile(Desk& desk, Call& call);
awaitable<net::Response> change_profile(Desk& desk, Call& call);

// chat_handlers.cpp
awaitable<net::Response> send_message(Desk& desk, Call& call);
awaitable<net::Response> list_skills(Desk& desk, Call& call);
awaitable<net::Response> voice_status(Desk& desk, Call& call);

// history_handlers.cpp
awaitable<net::Response> list_conversations(Desk& desk, Call& call);
awaitable<net::Response> show_conversation(Desk& desk, Call& call);
awaitable<net::Response> rename_conversation(Desk& desk, Call& call);
awaitable<net::Response> delete_conversation(Desk& desk, Call& call);
awaitable<net::Response> delete_history(Desk& desk, Call& call);
awaitable<void> export_history(Desk& desk, Call& call, net::Exchange& exchange);

// memory_handlers.cpp
awaitable<net::Response> search_memory(Desk& desk, Call& call);
awaitable<net::Response> list_memories(Desk& desk, Call& call);
awaitable<net::Response> add_memory(Desk& desk, Call& call);
awaitable<net::Response> correct_memory(Desk& desk, Call& call);
awaitable<net::Response> delete_memory(Desk& desk, Call& call);
awaitable<net::Response> delete_memories(Desk& desk, Call& call);

}  // namespace repartee::surfaces::voice_ai
