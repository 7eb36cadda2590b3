#include "surfaces/mcp/tools.h"

#include "accounts/key_material.h"
#include "audio/resampler.h"
#include "audio/wav.h"
#include "base/together.h"
#include "base/utf8.h"
#include "conversation/speech_text.h"
#include "mcp/tool.h"
#include "surfaces/frugality.h"
#include "surfaces/reception.h"
#include "surfaces/to_base64.h"

#include <boost/json.hpp>
#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::surfaces::mcp {

namespace json = boost::json;

namespace {

// Of a text that is asked or told, in characters; as the accounts API has it.
constexpr int longest_question = 16'384;
constexpr int longest_said = 1'000;
constexpr int longest_fact = 2'000;
constexpr int longest_query = 1'000;
constexpr int longest_session = 200;
constexpr int most_found = 20;

// Less than this has nothing to do with what was asked for.
constexpr double least_score = 0.1;

// Sound that is sent: a minute is 2.6 MB as base64.
constexpr Duration longest_sound = 60s;

// To the end of what is not a conversation, which has limits of its own.
constexpr Duration patience_with_memory = 30s;
constexpr Duration patience_with_speech = 60s;

// Of an answer under way, in bytes: what is shown while it grows.
constexpr std::size_t longest_glimpse = 200;

constexpr std::size_t most_agents_named = 50;

std::string text_in(const json::object& arguments, std::string_view name) {
    const auto* value = arguments.if_contains(name);
    return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

double number_in(const json::object& arguments, std::string_view name, double otherwise) {
    const auto* value = arguments.if_contains(name);
    return value != nullptr && value->is_number() ? value->to_number<double>() : otherwise;
}

bool has_words(std::string_view text) {
    return text.find_first_not_of(" \t\r\n") != std::string_view::npos;
}

json::object with_structure(std::string_view text, json::object structured) {
    auto result = rpc::text_result(text);
    result["structuredContent"] = std::move(structured);
    return result;
}

std::string day_of(std::int64_t milliseconds_since_1970) {
    return fmt::format("{:%Y-%m-%d}", fmt::gmtime(static_cast<std::time_t>(milliseconds_since_1970 / 1000)));
}

// --- who it is for ---

// Whose something is: the person's; of who has no account that of the session, which nobody else can name;
// and where there is none, that of the name that the client gives it.
Owner owner_of(const Caller& caller, std::string_view named) {
    if (caller.person) {
        return caller.person->owner();
    }
    return caller.session.empty() ? Owner::session(fmt::format("mcp/named/{}", named))
                                  : Owner::session(fmt::format("mcp/session/{}", caller.session));
}

// The name of the conversation: what the client says, else one for each session of the protocol.
std::string conversation_of(const Caller& caller, std::string named) {
    if (!named.empty()) {
        return named;
    }
    auto source = caller.session.empty() ? accounts::sha256_hex(accounts::random_bytes(32)) : caller.session;
    return "mcp-" + source.substr(0, 20);
}

Owner owner_of_memories(const Caller& caller, const json::object& arguments) {
    auto named = text_in(arguments, "session");
    if (!caller.person && caller.session.empty() && named.empty()) {
        throw Failure(
            ErrorKind::Unprocessable,
            "Without an account nothing is remembered from one request to the next, save under a name: "
            "give the `session` that `ask` has told, or sign in with a token.");
    }
    return owner_of(caller, named);
}

// --- memory ---

json::object wire(const stores::FoundMemory& found) {
    return {{"id", found.memory.id},
            {"text", found.memory.text},
            {"category", found.memory.category},
            {"score", found.score},
            {"as_of", day_of(found.memory.updated_at_ms)}};
}

awaitable<json::object> search_memory(const Stage& stage, Caller caller, json::object arguments) {
    auto owner = owner_of_memories(caller, arguments);
    auto limit = static_cast<std::size_t>(number_in(arguments, "limit", 5));
    auto found = co_await stage.archive.long_term().search(std::move(owner), text_in(arguments, "query"),
                                                           limit, least_score);
    json::array memories;
    std::string words;
    for (const auto& one : found) {
        memories.push_back(wire(one));
        words += fmt::format("- {}\n", one.memory.text);
    }
    if (words.empty()) {
        words = "Nothing is remembered about that.";
    }
    json::object structured{{"memories", std::move(memories)}};
    co_return with_structure(words, std::move(structured));
}

std::string_view name_of(skills::Remembering::Outcome outcome) {
    switch (outcome) {
        case skills::Remembering::Outcome::New: return "new";
        case skills::Remembering::Outcome::Known: return "known";
        case skills::Remembering::Outcome::Corrected: return "corrected";
    }
    return "new";
}

std::string_view words_for(skills::Remembering::Outcome outcome) {
    switch (outcome) {
        case skills::Remembering::Outcome::New: return "Remembered.";
        case skills::Remembering::Outcome::Known: return "That was known already.";
        case skills::Remembering::Outcome::Corrected: return "Remembered, in place of what it contradicts.";
    }
    return "Remembered.";
}

awaitable<json::object> remember(const Stage& stage, Caller caller, json::object arguments) {
    auto owner = owner_of_memories(caller, arguments);
    auto kept = co_await stage.archive.long_term().remember(std::move(owner), text_in(arguments, "text"),
                                                            text_in(arguments, "category"), "told");
    json::object structured{
        {"id", kept.memory.id}, {"text", kept.memory.text}, {"outcome", name_of(kept.outcome)}};
    co_return with_structure(words_for(kept.outcome), std::move(structured));
}

awaitable<json::object> forget(const Stage& stage, Caller caller, json::object arguments) {
    auto owner = owner_of_memories(caller, arguments);
    bool forgotten = co_await stage.archive.long_term().forget(std::move(owner), text_in(arguments, "id"));
    if (!forgotten) {
        throw Failure(ErrorKind::NotFound, "There is no such memory.");
    }
    co_return rpc::text_result("Forgotten.");
}

// --- speech ---

struct Sound {
    audio::Pcm pcm;
    bool was_cut = false;
};

// At the rate that is sent, brought to it piece by piece, so that nobody else on this loop waits for long;
// cut at the longest that is sent.
awaitable<Sound> spoken(engines::Synthesiser& synthesiser, std::string words, Voice voice) {
    engines::SpeechRequest request{.voice = std::move(voice)};
    auto speech = synthesiser.start(request);
    speech->say(std::move(words));
    speech->finish();
    constexpr auto most = static_cast<std::size_t>(longest_sound / 1s) * audio::speech_rate;
    Sound sound;
    auto& samples = sound.pcm.samples;
    std::optional<audio::Resampler> resampler;
    while (auto chunk = co_await speech->next()) {
        if (!resampler) {
            resampler.emplace(chunk->rate, audio::speech_rate);
        }
        resampler->push(chunk->samples, samples);
        if (samples.size() > most) {
            break;
        }
    }
    if (resampler) {
        resampler->flush(samples);
    }
    sound.was_cut = samples.size() > most;
    samples.resize(std::min(samples.size(), most));
    co_return sound;
}

void take_wishes(Voice& voice, const json::object& arguments) {
    if (auto language = text_in(arguments, "language"); !language.empty()) {
        if (language != voice.language) {
            voice.name.clear();  // speaks another one
        }
        voice.language = std::move(language);
    }
    if (auto name = text_in(arguments, "voice"); !name.empty()) {
        voice.name = std::move(name);
    }
    voice.speed = number_in(arguments, "speed", voice.speed);
}

awaitable<json::object> as_sound(const Stage& stage, Caller caller, json::object arguments, std::string words,
                                 std::string_view why) {
    auto place = place_for(stage, capacity::Work::Chat);
    auto voice = co_await stage.entrance.reception->voice_for(std::move(caller.person));
    take_wishes(voice, arguments);
    auto sound = co_await spoken(stage.engines.synthesiser(), std::move(words), std::move(voice));
    if (sound.pcm.samples.empty()) {
        throw Failure(ErrorKind::Unprocessable, "There is nothing to say in that text.");
    }
    auto seconds = static_cast<double>(sound.pcm.samples.size()) / sound.pcm.rate;
    json::object structured{{"said_by", "sound"}, {"seconds", seconds}};
    auto result = with_structure(fmt::format("{}Here it is as sound, {:.1f} seconds{}.", why, seconds,
                                             sound.was_cut ? ", cut off at the longest that is sent" : ""),
                                 std::move(structured));
    result["content"].get_array().push_back(json::object{
        {"type", "audio"}, {"data", to_base64(audio::write_wav(sound.pcm))}, {"mimeType", "audio/wav"}});
    co_return result;
}

awaitable<json::object> say(const Stage& stage, const McpSettings& settings, Caller caller,
                            json::object arguments) {
    auto words = conversation::speakable(text_in(arguments, "text"));
    if (!has_words(words)) {
        throw Failure(ErrorKind::Unprocessable, "There is nothing to say in that text.");
    }
    auto where = text_in(arguments, "where");
    bool has_robot = settings.robot_speaks && stage.robot->state().configured;
    if (where == "robot" && !has_robot) {
        throw Failure(ErrorKind::Unavailable, settings.robot_speaks
                                                  ? "There is no robot here."
                                                  : "The robot does not speak for others here.");
    }
    std::string why;
    if (where != "sound" && has_robot) {
        try {
            co_await stage.robot->speak(words);
        } catch (const Failure& failure) {
            if (where == "robot") {
                throw;
            }
            why = failure.error().message + " ";
        }
        if (why.empty()) {
            co_return with_structure("The robot says it.", {{"said_by", "robot"}});
        }
    }
    co_return co_await as_sound(stage, std::move(caller), std::move(arguments), std::move(words), why);
}

// --- the assistant ---

// Its end, from the beginning of a character.
std::string glimpse_of(const std::string& text) {
    if (text.size() <= longest_glimpse) {
        return text;
    }
    auto begin = text.size() - longest_glimpse;
    while (begin < text.size() && (static_cast<unsigned char>(text[begin]) & 0xC0) == 0x80) {
        ++begin;
    }
    return "..." + text.substr(begin);
}

awaitable<json::object> ask(const Stage& stage, Caller caller, json::object arguments, Tell tell) {
    auto question = text_in(arguments, "text");
    if (!has_words(question)) {
        throw Failure(ErrorKind::Unprocessable, "There is no question in that text.");
    }
    auto session = conversation_of(caller, text_in(arguments, "session"));
    Reception::Question asked{.asker = caller.person,
                              .guest = owner_of(caller, session),
                              .session = session,
                              .agent = text_in(arguments, "agent"),
                              .text = std::move(question)};
    tell("Thinking.");
    std::string so_far;
    std::function<void(std::string_view)> told = [&so_far, &tell](std::string_view piece) {
        so_far += piece;
        tell(glimpse_of(so_far));
    };
    auto answer = co_await stage.entrance.reception->ask(std::move(asked), std::move(told));
    json::object structured{{"answer", answer}, {"session", session}};
    co_return with_structure(answer, std::move(structured));
}

// --- what there is ---

json::object text_property(std::string_view description, int longest) {
    return {{"type", "string"}, {"description", description}, {"minLength", 1}, {"maxLength", longest}};
}

json::object schema_of(json::object properties, json::array required) {
    return {{"type", "object"},
            {"properties", std::move(properties)},
            {"required", std::move(required)},
            {"additionalProperties", false}};
}

json::object typed(std::string_view type) {
    return {{"type", type}};
}

json::object session_property() {
    return text_property("Only for who has no account: the name that `ask` gave to the conversation",
                         longest_session);
}

rpc::Tool search_tool() {
    json::object properties{{"query", text_property("What it should be about, in any words", longest_query)},
                            {"limit", json::object{{"type", "integer"},
                                                   {"description", "How many at most; 5 unless said"},
                                                   {"minimum", 1},
                                                   {"maximum", most_found}}},
                            {"session", session_property()}};
    json::object memory{{"type", "object"},
                        {"properties", json::object{{"id", typed("string")},
                                                    {"text", typed("string")},
                                                    {"category", typed("string")},
                                                    {"score", typed("number")},
                                                    {"as_of", typed("string")}}},
                        {"required", json::array{"id", "text"}}};
    json::object found{{"memories", json::object{{"type", "array"}, {"items", std::move(memory)}}}};
    return {.name = "memory_search",
            .title = "Search memories",
            .description = "Finds what the assistant remembers of the person, by meaning, best first.",
            .input_schema = schema_of(std::move(properties), {"query"}),
            .output_schema = json::object{{"type", "object"},
                                          {"properties", std::move(found)},
                                          {"required", json::array{"memories"}}},
            .hints = {.read_only = true, .destructive = false, .idempotent = true, .open_world = false}};
}

rpc::Tool remember_tool() {
    json::object properties{
        {"text", text_property("One fact, as a sentence: My cat is called Ink.", longest_fact)},
        {"category", text_property("A word for what kind of fact it is", 64)},
        {"session", session_property()}};
    json::object kept{
        {"id", typed("string")},
        {"text", typed("string")},
        {"outcome", json::object{{"type", "string"}, {"enum", json::array{"new", "known", "corrected"}}}}};
    return {.name = "memory_remember",
            .title = "Remember",
            .description =
                "Remembers a fact of the person for good. It takes the place of one that it contradicts.",
            .input_schema = schema_of(std::move(properties), {"text"}),
            .output_schema = json::object{{"type", "object"},
                                          {"properties", std::move(kept)},
                                          {"required", json::array{"id", "text", "outcome"}}},
            .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = false}};
}

rpc::Tool forget_tool() {
    json::object properties{{"id", text_property("As memory_search told it", 200)},
                            {"session", session_property()}};
    return {.name = "memory_forget",
            .title = "Forget a memory",
            .description = "Forgets one memory of the person for good.",
            .input_schema = schema_of(std::move(properties), {"id"}),
            .hints = {.read_only = false, .destructive = true, .idempotent = true, .open_world = false}};
}

rpc::Tool say_tool() {
    json::object properties{
        {"text", text_property("What to say, as plain sentences", longest_said)},
        {"where", json::object{{"type", "string"},
                               {"description",
                                "robot: the house's robot says it; sound: it comes back as a WAV file; "
                                "unless said, the robot does if there is one"},
                               {"enum", json::array{"robot", "sound"}}}},
        {"voice", text_property("Of the sound: a voice's name as the speech engine knows it", 100)},
        {"language", text_property("Of the sound, such as en", 20)},
        {"speed", json::object{{"type", "number"},
                               {"description", "Of the sound; 1 is natural"},
                               {"minimum", 0.25},
                               {"maximum", 4}}}};
    json::object said{{"said_by", json::object{{"type", "string"}, {"enum", json::array{"robot", "sound"}}}},
                      {"seconds", typed("number")}};
    return {.name = "say",
            .title = "Say something aloud",
            .description =
                "Has the robot of the house say something, or gives the spoken words back as sound where "
                "there is none.",
            .input_schema = schema_of(std::move(properties), {"text"}),
            .output_schema = json::object{{"type", "object"},
                                          {"properties", std::move(said)},
                                          {"required", json::array{"said_by"}}},
            .hints = {.read_only = false, .destructive = false, .idempotent = false, .open_world = false}};
}

rpc::Tool ask_tool(const Stage& stage) {
    json::object agent{{"type", "string"},
                       {"description", "Who is to answer in place of the person's own assistant"},
                       {"maxLength", 200}};
    auto book = stage.agents.book();
    if (book->all().size() <= most_agents_named) {
        json::array ids;
        for (const auto& one : book->all()) {
            ids.emplace_back(one.agent.id);
        }
        agent["enum"] = std::move(ids);
    }
    json::object properties{
        {"text", text_property("What to ask or tell it", longest_question)},
        {"agent", std::move(agent)},
        {"session", text_property("The conversation to go on with; without one, that of this connection",
                                  longest_session)}};
    json::object answered{{"answer", typed("string")}, {"session", typed("string")}};
    // What the assistant may do for it is up to the person's settings: from looking at the clock to moving
    // the robot.
    return {.name = "ask",
            .title = "Ask the assistant",
            .description =
                "Asks the voice assistant of the person, who remembers them and what was said before, and "
                "can do things for them: look things up, tell the weather, take notes, move the robot.",
            .input_schema = schema_of(std::move(properties), {"text"}),
            .output_schema = json::object{{"type", "object"},
                                          {"properties", std::move(answered)},
                                          {"required", json::array{"answer", "session"}}},
            .hints = {.read_only = false, .destructive = true, .idempotent = false, .open_world = true}};
}

struct OurTool {
    std::string_view scope;  // of an API key that may use it
    rpc::Tool tool;
};

std::vector<OurTool> all_tools(const Stage& stage) {
    return {{"chat", ask_tool(stage)},
            {"chat", say_tool()},
            {"memory", search_tool()},
            {"memory", remember_tool()},
            {"memory", forget_tool()}};
}

bool may_use(const Caller& caller, const OurTool& tool) {
    return !caller.person || caller.person->may(tool.scope);
}

awaitable<json::object> in_time(Clock& clock, Duration limit, awaitable<json::object> work) {
    Error late{ErrorKind::ProviderLate, "It took too long.", {}};
    auto result = co_await with_deadline(clock, limit, std::move(work), std::move(late));
    co_return result;
}

awaitable<json::object> refuse(Error why) {
    throw Failure(std::move(why));
    co_return json::object{};
}

// Databases and engines do not take one.
bool has_nul(const json::object& arguments) {
    return std::ranges::any_of(arguments, [](const auto& each) {
        const auto* text = each.value().if_string();
        return text != nullptr && text->find('\0') != json::string::npos;
    });
}

Work refusing(Error why) {
    return [why = std::move(why)](Tell) { return refuse(why); };
}

}  // namespace

json::array Tools::describe(const Caller& caller) const {
    json::array tools;
    for (const auto& one : all_tools(stage_)) {
        if (may_use(caller, one)) {
            tools.push_back(rpc::to_json(one.tool));
        }
    }
    return tools;
}

std::variant<Work, rpc::RpcError> Tools::prepare(Caller caller, std::string_view name,
                                                 json::object arguments) const {
    auto all = all_tools(stage_);
    auto found =
        std::ranges::find(all, name, [](const auto& one) -> std::string_view { return one.tool.name; });
    if (found == all.end()) {
        return rpc::RpcError{rpc::codes::invalid_params, fmt::format("Unknown tool: {}", name)};
    }
    if (!may_use(caller, *found)) {
        return refusing({ErrorKind::Forbidden,
                         fmt::format("This API key is not for that: it lacks the scope {}.", found->scope),
                         {}});
    }
    SkillSchema schema{found->tool.name, found->tool.description, found->tool.input_schema};
    auto checked = skills::check_arguments(schema, std::move(arguments));
    if (!checked) {
        return refusing(checked.error());
    }
    if (has_nul(*checked)) {
        return refusing({ErrorKind::Unprocessable, "A text cannot have a NUL in it.", {}});
    }
    // Named functions with parameters of their own: nothing of this closure is needed once they run.
    return [this, name = found->tool.name, caller = std::move(caller),
            given = std::move(*checked)](Tell tell) -> awaitable<json::object> {
        if (name == "ask") {
            return ask(stage_, caller, given, std::move(tell));
        }
        if (name == "say") {
            return in_time(stage_.clock, patience_with_speech, say(stage_, settings_, caller, given));
        }
        auto of_memory = name == "memory_search"     ? search_memory
                         : name == "memory_remember" ? remember
                                                     : forget;
        return in_time(stage_.clock, patience_with_memory, of_memory(stage_, caller, given));
    };
}

}  // namespace repartee::surfaces::mcp
