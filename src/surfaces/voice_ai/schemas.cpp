// What requests and answers look like.
#include "accounts/principal.h"
#include "memory/long_term.h"
#include "surfaces/voice_ai/operations.h"

namespace repartee::surfaces::voice_ai {

namespace json = boost::json;

namespace {

json::object text(int longest, std::string_view description = {}) {
    json::object schema{{"type", "string"}, {"maxLength", longest}};
    if (!description.empty()) {
        schema["description"] = description;
    }
    return schema;
}

json::object some_text(int longest, std::string_view description = {}) {
    auto schema = text(longest, description);
    schema["minLength"] = 1;
    return schema;
}

// A text that is told and never shown again, not in an error either.
json::object hidden_text(int longest, std::string_view description) {
    auto schema = text(longest, description);
    schema["format"] = "password";
    schema["writeOnly"] = true;
    return schema;
}

json::object any_text(std::string_view description = {}) {
    json::object schema{{"type", "string"}};
    if (!description.empty()) {
        schema["description"] = description;
    }
    return schema;
}

json::object integer(std::string_view description = {}) {
    json::object schema{{"type", "integer"}};
    if (!description.empty()) {
        schema["description"] = description;
    }
    return schema;
}

json::object time_text(std::string_view description) {
    return {{"type", "string"}, {"format", "date-time"}, {"description", description}};
}

json::object number(std::string_view description) {
    return {{"type", "number"}, {"description", description}};
}

json::object or_null(json::object schema) {
    json::object description;
    if (auto* words = schema.if_contains("description")) {
        description["description"] = *words;
        schema.erase("description");
    }
    description["anyOf"] = json::array{std::move(schema), json::object{{"type", "null"}}};
    return description;
}

json::object reference(std::string_view name) {
    return {{"$ref", "#/components/schemas/" + std::string(name)}};
}

json::object list_of(json::object items, std::string_view description = {}) {
    json::object schema{{"type", "array"}, {"items", std::move(items)}};
    if (!description.empty()) {
        schema["description"] = description;
    }
    return schema;
}

json::object object_of(json::object properties, json::array required) {
    json::object schema{{"type", "object"}, {"properties", std::move(properties)}};
    if (!required.empty()) {
        schema["required"] = std::move(required);
    }
    return schema;
}

// Longer ones are refused before anybody hashes them.
constexpr int longest_password = 1024;
constexpr int longest_email = 320;
constexpr int longest_name = 200;
constexpr int longest_token = 4096;

void add_errors(json::object& all) {
    all["Error"] = object_of({{"detail", any_text("What went wrong, for people.")},
                              {"code", any_text("The same as a word that never changes: `not_found`.")},
                              {"message", any_text("As `detail`.")},
                              {"request_id", any_text("To ask the server's owner about.")}},
                             {"detail"});
    all["ValidationError"] = object_of(
        {{"type", any_text("What is wrong: `missing`, `string_type`, `int_parsing` ...")},
         {"loc", list_of({{"anyOf",
                           json::array{json::object{{"type", "string"}}, json::object{{"type", "integer"}}}}},
                         "Where: `body`, `query` or `path`, then names and positions.")},
         {"msg", any_text("The same for people.")},
         {"input", json::object{{"description", "What was there."}}},
         {"ctx",
          json::object{{"type", "object"}, {"description", "Numbers and words the sentence is made of."}}}},
        {"type", "loc", "msg"});
    all["HTTPValidationError"] = object_of({{"detail", list_of(reference("ValidationError"))}}, {"detail"});
}

void add_accounts(json::object& all) {
    all["Registration"] =
        object_of({{"email", some_text(longest_email, "Which nobody else has, in any case.")},
                   {"password", hidden_text(longest_password, "At least eight characters.")},
                   {"full_name", text(longest_name)}},
                  {"email", "password", "full_name"});
    json::object grant_type = text(20);
    grant_type["pattern"] = "^password$";
    all["LogIn"] = object_of({{"grant_type", or_null(std::move(grant_type))},
                              {"username", some_text(longest_email, "The e-mail address.")},
                              {"password", hidden_text(longest_password, "")},
                              {"scope", text(200, "`offline_access` brings a refresh token as well.")},
                              {"client_id", or_null(text(200))},
                              {"client_secret", or_null(hidden_text(200, "Means nothing here."))}},
                             {"username", "password"});
    all["Refreshing"] = object_of(
        {{"refresh_token", hidden_text(longest_token, "Of the last answer; each is good for once.")}},
        {"refresh_token"});
    all["Token"] =
        object_of({{"access_token", any_text("For `Authorization: Bearer`.")},
                   {"token_type", json::object{{"type", "string"}, {"const", "bearer"}}},
                   {"expires_in", integer("Seconds; beside a refresh token.")},
                   {"refresh_token", any_text("For the next tokens; good for once. For who asked for it.")}},
                  {"access_token", "token_type"});
    all["Account"] = object_of({{"id", integer("The `user_id` of the other requests.")},
                                {"email", any_text()},
                                {"full_name", any_text()},
                                {"is_superuser", json::object{{"type", "boolean"}}},
                                {"created_at", time_text("When it was made.")}},
                               {"id", "email", "full_name", "is_superuser", "created_at"});
    all["AccountChange"] = object_of({{"full_name", text(longest_name)}}, {"full_name"});
    all["PasswordProof"] =
        object_of({{"password", hidden_text(longest_password, "The present one.")}}, {"password"});
    all["PasswordChange"] =
        object_of({{"old_password", hidden_text(longest_password, "The present one.")},
                   {"new_password", hidden_text(longest_password, "At least eight characters.")}},
                  {"old_password", "new_password"});
    json::array scopes;
    for (auto scope : accounts::scopes) {
        scopes.emplace_back(scope);
    }
    json::object chosen =
        list_of({{"type", "string"}, {"enum", std::move(scopes)}}, "What may be done with it.");
    chosen["minItems"] = 1;
    chosen["maxItems"] = static_cast<int>(accounts::scopes.size());
    all["NewApiKey"] = object_of({{"name", some_text(100, "What it is for.")}, {"scopes", std::move(chosen)}},
                                 {"name", "scopes"});
    json::object key{{"id", any_text()},
                     {"name", any_text()},
                     {"tail", any_text("The last characters of the key, to tell keys apart.")},
                     {"scopes", list_of(any_text())},
                     {"created_at", time_text("When it was made.")},
                     {"last_used_at", or_null(time_text("To the minute; null: never."))}};
    json::array always{"id", "name", "tail", "scopes", "created_at", "last_used_at"};
    all["ApiKey"] = object_of(key, always);
    key["key"] = any_text("The key itself, for `Authorization: Bearer`. It is shown this once.");
    always.emplace_back("key");
    all["AddedApiKey"] = object_of(std::move(key), std::move(always));
}

void add_profiles(json::object& all) {
    auto speed = number("1 is the voice's natural rate.");
    speed["minimum"] = 0.25;
    speed["maximum"] = 4;
    auto skills = list_of(text(64), "Names of skills that may be used; empty: all.");
    skills["maxItems"] = 64;
    auto language = text(35, "What is spoken, as a BCP 47 tag; empty: as heard.");
    language["pattern"] = "^([A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*)?$";
    json::object keys{
        {"type", "object"},
        {"description",
         "Keys of one's own, by provider: `openai`, `gemini`. They are kept encrypted and never "
         "shown; null takes one away. Those not named stay."},
        {"additionalProperties", or_null(hidden_text(500, ""))},
        {"maxProperties", 8},
        {"writeOnly", true}};
    json::object change{{"persona_name", some_text(100, "What the assistant calls itself.")},
                        {"persona_style", text(1000, "How it talks.")},
                        {"voice_id", text(100, "A voice of the synthesiser's; `default`: its own choice.")},
                        {"voice_speed", std::move(speed)},
                        {"language", std::move(language)},
                        {"allowed_skills", std::move(skills)}};
    auto shown = change;
    shown["provider_keys_set"] = list_of(any_text(), "Providers for which there is a key of one's own.");
    change["provider_keys"] = std::move(keys);
    all["ProfileChange"] = object_of(std::move(change), {});
    all["Profile"] = object_of(std::move(shown), {"persona_name", "persona_style", "voice_id", "voice_speed",
                                                  "language", "allowed_skills", "provider_keys_set"});
}

void add_chat(json::object& all) {
    all["ChatMessage"] =
        object_of({{"message", text(longest_message)},
                   {"session_id", text(longest_session_id, "Names the conversation.")},
                   {"user_id", integer("One's own, where there is a token; else nobody's.")}},
                  {"message", "session_id", "user_id"});
    all["Action"] = object_of({{"name", any_text("What to do: `call`, `sms`, `navigation` ...")},
                               {"params", json::object{{"type", "object"}}},
                               {"needs_confirmation", json::object{{"type", "boolean"}}}},
                              {"name", "params", "needs_confirmation"});
    auto action = json::object{{"anyOf", json::array{reference("Action"), json::object{{"type", "null"}}}},
                               {"description", "What the client is to do; null: nothing."}};
    all["ChatReply"] =
        object_of({{"response", any_text("The answer, ready to be spoken.")}, {"action", action}},
                  {"response", "action"});
    all["Skill"] = object_of({{"name", any_text()}, {"description", any_text()}}, {"name", "description"});
    all["VoiceStatus"] = object_of({{"status", any_text()}, {"mode", any_text()}}, {"status", "mode"});

    all["Conversation"] = object_of({{"id", any_text()},
                                     {"session_id", any_text("As the client called it.")},
                                     {"title", any_text()},
                                     {"messages", integer("How many.")},
                                     {"created_at", time_text("When it began.")},
                                     {"updated_at", time_text("When something was said last.")}},
                                    {"id", "session_id", "title", "messages", "created_at", "updated_at"});
    all["ConversationPage"] =
        object_of({{"conversations", list_of(reference("Conversation"), "Latest first.")},
                   {"next", or_null(any_text("For `before`, to see those behind; null: there are none."))}},
                  {"conversations", "next"});
    json::object role{{"type", "string"}, {"enum", json::array{"user", "assistant"}}};
    all["Message"] = object_of({{"id", any_text()},
                                {"position", integer("1, 2, 3 ... within the conversation.")},
                                {"role", std::move(role)},
                                {"text", any_text()},
                                {"action", action},
                                {"created_at", time_text("When it was said.")}},
                               {"id", "position", "role", "text", "action", "created_at"});
    all["ConversationWithMessages"] =
        object_of({{"conversation", reference("Conversation")},
                   {"messages", list_of(reference("Message"), "In order.")},
                   {"next", or_null(integer("For `after`, to see those behind; null: there are none."))}},
                  {"conversation", "messages", "next"});
    all["Title"] = object_of({{"title", some_text(200)}}, {"title"});
    all["HistoryExport"] = object_of(
        {{"account", reference("Account")},
         {"profile", reference("Profile")},
         {"conversations", list_of(json::object{{"type", "object"}}, "Each with all its messages.")},
         {"memories", list_of(reference("Memory"))}},
        {"account", "profile", "conversations", "memories"});
}

void add_memory(json::object& all) {
    constexpr auto longest = static_cast<int>(memory::LongTerm::longest_memory);
    auto limit = integer("At most so many.");
    limit["minimum"] = 1;
    limit["maximum"] = 50;
    limit["default"] = 5;
    all["MemorySearch"] =
        object_of({{"user_id", integer("One's own, where there is a token; else nobody's.")},
                   {"query", text(longest)},
                   {"session_id", or_null(text(longest_session_id, "Without a token: whose memory it is."))},
                   {"limit", std::move(limit)}},
                  {"user_id", "query"});
    json::object memory{
        {"id", any_text()},
        {"text", any_text()},
        {"category", any_text()},
        {"source", any_text("`learned` (asked for), `extracted` (from what was said), `ingested`, "
                            "`told` (typed by hand)")},
        {"created_at", time_text("When it was remembered.")},
        {"updated_at", time_text("When it was corrected last.")}};
    json::array always{"id", "text", "category", "source", "created_at", "updated_at"};
    all["Memory"] = object_of(memory, always);
    memory["score"] = number("1: means the same; 0: has nothing to do with it.");
    always.emplace_back("score");
    all["FoundMemory"] = object_of(std::move(memory), std::move(always));
    all["MemoryResults"] = object_of({{"results", list_of(any_text(), "Best first.")},
                                      {"matches", list_of(reference("FoundMemory"), "The same in full.")}},
                                     {"results", "matches"});
    all["MemoryPage"] =
        object_of({{"memories", list_of(reference("Memory"), "Latest first.")},
                   {"next", or_null(any_text("For `before`, to see those behind; null: there are none."))}},
                  {"memories", "next"});
    auto category = text(64, "Such as `personal` or `preference`.");
    category["default"] = "";
    all["NewMemory"] = object_of({{"text", some_text(longest)}, {"category", std::move(category)}}, {"text"});
    all["MemoryText"] = object_of({{"text", some_text(longest)}}, {"text"});
    json::object outcome{{"type", "string"},
                         {"enum", json::array{"new", "known", "corrected"}},
                         {"description", "Whether it is new, was known, or took another's place."}};
    all["RememberedMemory"] =
        object_of({{"memory", reference("Memory")}, {"outcome", std::move(outcome)}}, {"memory", "outcome"});
}

}  // namespace

const json::object& components() {
    static const json::object all = [] {
        json::object schemas;
        add_errors(schemas);
        add_accounts(schemas);
        add_profiles(schemas);
        add_chat(schemas);
        add_memory(schemas);
        return schemas;
    }();
    return all;
}

}  // namespace repartee::surfaces::voice_ai
