// A place for each handler until it has a file of its own.
#include "surfaces/voice_ai/handlers.h"

namespace repartee::surfaces::voice_ai {

awaitable<net::Response> register_user(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> log_in(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> refresh(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> show_account(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> change_account(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> delete_account(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> change_password(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> log_out_everywhere(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> list_keys(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> add_key(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> delete_key(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> show_profile(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> replace_profile(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> change_profile(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> send_message(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> list_skills(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> voice_status(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> list_conversations(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> show_conversation(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> rename_conversation(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> delete_conversation(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> delete_history(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<void> export_history(Desk&, Call&, net::Exchange&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return;
}
awaitable<net::Response> search_memory(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> list_memories(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> add_memory(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> correct_memory(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> delete_memory(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}
awaitable<net::Response> delete_memories(Desk&, Call&) {
    throw Failure(ErrorKind::Unavailable, "Not yet.");
    co_return net::Response();
}

}  // namespace repartee::surfaces::voice_ai
