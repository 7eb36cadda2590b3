#include "surfaces/voice_ai/operations.h"

#include "surfaces/voice_ai/handlers.h"

#include <iterator>

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

RequestBody json_body(std::string schema) {
    return {.schema = std::move(schema), .media_types = {"application/json"}};
}

Answer success(std::string schema, std::string description = "Done.") {
    return {.status = 200, .description = std::move(description), .schema = std::move(schema)};
}

Answer list(std::string schema, std::string description) {
    return {
        .status = 200, .description = std::move(description), .schema = std::move(schema), .is_list = true};
}

Answer made(std::string schema) {
    return {.status = 201, .description = "Made.", .schema = std::move(schema)};
}

Answer nothing_more() {
    return {.status = 204, .description = "Done."};
}

Answer failed(int status, std::string description) {
    return {.status = status, .description = std::move(description), .schema = "Error"};
}

Answer absent() {
    return failed(404, "There is none, or it is somebody else's.");
}

Parameter id_in_path(std::string what) {
    return {.name = "id",
            .in = Parameter::In::Path,
            .schema = {{"type", "string"}, {"maxLength", 100}},
            .description = "Of the " + std::move(what) + ".",
            .required = true};
}

Parameter query(std::string name, json::object schema, std::string description) {
    return {.name = std::move(name),
            .in = Parameter::In::Query,
            .schema = std::move(schema),
            .description = std::move(description)};
}

Parameter words() {
    return query("q", {{"type", "string"}, {"maxLength", 200}, {"default", ""}},
                 "Only those with these words, in any case.");
}

Parameter limit(int usual) {
    return query("limit",
                 {{"type", "integer"}, {"minimum", 1}, {"maximum", most_per_page}, {"default", usual}},
                 "At most so many.");
}

Parameter before() {
    return query("before", {{"type", "string"}, {"maxLength", 150}, {"default", ""}},
                 "Those behind: `next` of the page before.");
}

std::vector<Operation> about_accounts() {
    std::vector<Operation> all;
    all.push_back({.id = "register",
                   .method = "POST",
                   .path = "/auth/register",
                   .tag = "auth",
                   .summary = "Make an account",
                   .caller = Caller::Anyone,
                   .body = json_body("Registration"),
                   .answers = {success("Token", "The account is there; with a token for it."),
                               failed(400, "Somebody has that e-mail address already."),
                               failed(403, "Nobody may register here."),
                               failed(429, "Too many accounts from this address.")},
                   .handler = register_user});
    all.push_back(
        {.id = "log_in",
         .method = "POST",
         .path = "/auth/token",
         .tag = "auth",
         .summary = "Log in",
         .caller = Caller::Anyone,
         .body = RequestBody{.schema = "LogIn",
                             .media_types = {"application/x-www-form-urlencoded", "multipart/form-data"}},
         .answers = {success("Token", "A token."), failed(401, "Incorrect username or password."),
                     failed(429, "Too many attempts.")},
         .handler = log_in});
    all.push_back({.id = "refresh",
                   .method = "POST",
                   .path = "/auth/refresh",
                   .tag = "auth",
                   .summary = "Get new tokens for a refresh token",
                   .caller = Caller::Anyone,
                   .body = json_body("Refreshing"),
                   .answers = {success("Token", "New tokens; the old refresh token is spent."),
                               failed(401, "The refresh token is unknown, spent or too old.")},
                   .handler = refresh});
    all.push_back({.id = "show_account",
                   .method = "GET",
                   .path = "/account",
                   .tag = "account",
                   .summary = "Who one is",
                   .scope = "profile",
                   .answers = {success("Account", "The account.")},
                   .handler = show_account});
    all.push_back({.id = "change_account",
                   .method = "PATCH",
                   .path = "/account",
                   .tag = "account",
                   .summary = "Change one's name",
                   .caller = Caller::Person,
                   .body = json_body("AccountChange"),
                   .answers = {success("Account", "The account as it is now.")},
                   .handler = change_account});
    all.push_back({.id = "delete_account",
                   .method = "DELETE",
                   .path = "/account",
                   .tag = "account",
                   .summary = "Delete the account with everything in it",
                   .caller = Caller::Person,
                   .body = json_body("PasswordProof"),
                   .answers = {nothing_more(), failed(429, "Too many attempts.")},
                   .handler = delete_account});
    all.push_back({.id = "change_password",
                   .method = "POST",
                   .path = "/account/password",
                   .tag = "account",
                   .summary = "Change the password; ends all other log-ins",
                   .caller = Caller::Person,
                   .body = json_body("PasswordChange"),
                   .answers = {success("Token", "New tokens; all others have ended."),
                               failed(429, "Too many attempts.")},
                   .handler = change_password});
    all.push_back({.id = "log_out_everywhere",
                   .method = "POST",
                   .path = "/account/logout",
                   .tag = "account",
                   .summary = "Log out everywhere",
                   .caller = Caller::Person,
                   .answers = {nothing_more()},
                   .handler = log_out_everywhere});
    all.push_back({.id = "list_keys",
                   .method = "GET",
                   .path = "/account/keys",
                   .tag = "account",
                   .summary = "API keys",
                   .caller = Caller::Person,
                   .answers = {list("ApiKey", "The keys, without what is secret about them.")},
                   .handler = list_keys});
    all.push_back({.id = "add_key",
                   .method = "POST",
                   .path = "/account/keys",
                   .tag = "account",
                   .summary = "Make an API key, for a device or a program",
                   .caller = Caller::Person,
                   .body = json_body("NewApiKey"),
                   .answers = {made("AddedApiKey")},
                   .handler = add_key});
    all.push_back({.id = "delete_key",
                   .method = "DELETE",
                   .path = "/account/keys/{id}",
                   .tag = "account",
                   .summary = "Take an API key back",
                   .caller = Caller::Person,
                   .parameters = {id_in_path("key")},
                   .answers = {nothing_more(), absent()},
                   .handler = delete_key});
    return all;
}

std::vector<Operation> about_profiles() {
    std::vector<Operation> all;
    all.push_back({.id = "show_profile",
                   .method = "GET",
                   .path = "/profile",
                   .tag = "profile",
                   .summary = "Who answers, and how",
                   .scope = "profile",
                   .answers = {success("Profile", "The profile.")},
                   .handler = show_profile});
    all.push_back({.id = "replace_profile",
                   .method = "PUT",
                   .path = "/profile",
                   .tag = "profile",
                   .summary = "Set it anew: what is not named is as in the beginning",
                   .scope = "profile",
                   .body = json_body("ProfileChange"),
                   .answers = {success("Profile", "The profile as it is now.")},
                   .handler = replace_profile});
    all.push_back({.id = "change_profile",
                   .method = "PATCH",
                   .path = "/profile",
                   .tag = "profile",
                   .summary = "Change some of it",
                   .scope = "profile",
                   .body = json_body("ProfileChange"),
                   .answers = {success("Profile", "The profile as it is now.")},
                   .handler = change_profile});
    return all;
}

std::vector<Operation> about_talking() {
    std::vector<Operation> all;
    all.push_back({.id = "send_message",
                   .method = "POST",
                   .path = "/chat/message",
                   .tag = "chat",
                   .summary = "Say something and hear the answer",
                   .caller = Caller::Guest,
                   .scope = "chat",
                   .body = json_body("ChatMessage"),
                   .answers = {success("ChatReply", "The answer, and what the client is to do."),
                               failed(502, "The language model broke off."),
                               failed(504, "The language model took too long.")},
                   .handler = send_message,
                   .is_long = true});
    all.push_back({.id = "list_skills",
                   .method = "GET",
                   .path = "/skills/",
                   .tag = "skills",
                   .summary = "What can be asked for besides talking",
                   .caller = Caller::Anyone,
                   .answers = {list("Skill", "The skills.")},
                   .handler = list_skills});
    all.push_back({.id = "voice_status",
                   .method = "GET",
                   .path = "/voice/status",
                   .tag = "voice",
                   .summary = "Whether somebody listens",
                   .caller = Caller::Anyone,
                   .answers = {success("VoiceStatus", "How it is.")},
                   .handler = voice_status});
    return all;
}

std::vector<Operation> about_history() {
    std::vector<Operation> all;
    all.push_back({.id = "list_conversations",
                   .method = "GET",
                   .path = "/history/conversations",
                   .tag = "history",
                   .summary = "Conversations, latest first, or those with some words in them",
                   .scope = "history",
                   .parameters = {words(), limit(50), before()},
                   .answers = {success("ConversationPage", "A page of them.")},
                   .handler = list_conversations});
    all.push_back({.id = "show_conversation",
                   .method = "GET",
                   .path = "/history/conversations/{id}",
                   .tag = "history",
                   .summary = "What was said",
                   .scope = "history",
                   .parameters = {id_in_path("conversation"),
                                  query("after", {{"type", "integer"}, {"minimum", 0}, {"default", 0}},
                                        "Messages behind this position."),
                                  limit(100)},
                   .answers = {success("ConversationWithMessages", "A page of it."), absent()},
                   .handler = show_conversation});
    all.push_back({.id = "rename_conversation",
                   .method = "PATCH",
                   .path = "/history/conversations/{id}",
                   .tag = "history",
                   .summary = "Give it another title",
                   .scope = "history",
                   .parameters = {id_in_path("conversation")},
                   .body = json_body("Title"),
                   .answers = {success("Conversation", "The conversation as it is now."), absent()},
                   .handler = rename_conversation});
    all.push_back({.id = "delete_conversation",
                   .method = "DELETE",
                   .path = "/history/conversations/{id}",
                   .tag = "history",
                   .summary = "Delete a conversation",
                   .scope = "history",
                   .parameters = {id_in_path("conversation")},
                   .answers = {nothing_more(), absent()},
                   .handler = delete_conversation});
    all.push_back({.id = "delete_history",
                   .method = "DELETE",
                   .path = "/history",
                   .tag = "history",
                   .summary = "Delete all conversations",
                   .scope = "history",
                   .answers = {nothing_more()},
                   .handler = delete_history});
    all.push_back({.id = "export_history",
                   .method = "GET",
                   .path = "/history/export",
                   .tag = "history",
                   .summary = "Everything that is kept of one, in one file",
                   .caller = Caller::Person,
                   .answers = {success("HistoryExport", "Everything, as it is read.")},
                   .streams = export_history,
                   .is_long = true});
    return all;
}

std::vector<Operation> about_memory() {
    std::vector<Operation> all;
    all.push_back({.id = "search_memory",
                   .method = "POST",
                   .path = "/memory/search",
                   .tag = "memory",
                   .summary = "What is remembered about something",
                   .caller = Caller::Guest,
                   .scope = "memory",
                   .body = json_body("MemorySearch"),
                   .answers = {success("MemoryResults", "What fits, best first.")},
                   .handler = search_memory});
    all.push_back({.id = "list_memories",
                   .method = "GET",
                   .path = "/memory",
                   .tag = "memory",
                   .summary = "What is remembered, latest first, or what has some words in it",
                   .scope = "memory",
                   .parameters = {words(), limit(50), before()},
                   .answers = {success("MemoryPage", "A page of it.")},
                   .handler = list_memories});
    all.push_back(
        {.id = "add_memory",
         .method = "POST",
         .path = "/memory",
         .tag = "memory",
         .summary = "Have something remembered",
         .scope = "memory",
         .body = json_body("NewMemory"),
         .answers = {made("RememberedMemory"), failed(413, "So much is remembered that nothing fits in.")},
         .handler = add_memory});
    all.push_back({.id = "correct_memory",
                   .method = "PATCH",
                   .path = "/memory/{id}",
                   .tag = "memory",
                   .summary = "Correct something",
                   .scope = "memory",
                   .parameters = {id_in_path("memory")},
                   .body = json_body("MemoryText"),
                   .answers = {success("Memory", "As it is now."), absent()},
                   .handler = correct_memory});
    all.push_back({.id = "delete_memory",
                   .method = "DELETE",
                   .path = "/memory/{id}",
                   .tag = "memory",
                   .summary = "Forget something",
                   .scope = "memory",
                   .parameters = {id_in_path("memory")},
                   .answers = {nothing_more(), absent()},
                   .handler = delete_memory});
    all.push_back({.id = "delete_memories",
                   .method = "DELETE",
                   .path = "/memory",
                   .tag = "memory",
                   .summary = "Forget everything",
                   .scope = "memory",
                   .answers = {nothing_more()},
                   .handler = delete_memories});
    return all;
}

// What can come whatever the operation is.
void add_common_answers(Operation& operation) {
    auto add = [&](Answer answer) {
        for (const auto& known : operation.answers) {
            if (known.status == answer.status) {
                return;
            }
        }
        operation.answers.push_back(std::move(answer));
    };
    if (operation.caller != Caller::Anyone) {
        add(failed(401, "No token, or one that is good for nothing."));
        add(failed(
            403, operation.caller == Caller::Guest ? "`user_id` is somebody else's." : "Not with this key."));
    }
    if (operation.body || !operation.parameters.empty()) {
        add({.status = 422, .description = "What came makes no sense.", .schema = "HTTPValidationError"});
    }
    if (operation.body || operation.caller != Caller::Anyone) {
        add(failed(503, "The database or the language model cannot be reached; try again in a moment."));
    }
}

}  // namespace

const std::vector<Operation>& operations() {
    static const std::vector<Operation> all = [] {
        std::vector<Operation> table;
        for (auto part :
             {about_accounts(), about_talking(), about_memory(), about_history(), about_profiles()}) {
            std::ranges::move(part, std::back_inserter(table));
        }
        for (auto& operation : table) {
            add_common_answers(operation);
        }
        return table;
    }();
    return all;
}

const std::vector<Tag>& tags() {
    static const std::vector<Tag> all{
        {"auth", "Registration and log-in."},
        {"account", "One's own account, its password and its keys for devices."},
        {"chat", "Talking by text; `WS /api/v1/ws/stream` is for talking by voice and text."},
        {"skills", "What can be done besides talking."},
        {"memory", "What is remembered across conversations."},
        {"history", "What was said."},
        {"profile", "Who answers, and how."},
        {"voice", "Whether somebody listens."},
    };
    return all;
}

}  // namespace repartee::surfaces::voice_ai
