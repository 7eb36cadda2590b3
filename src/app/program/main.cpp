// The command line: reads it, reads the settings, hands over.
#include "app/agents.h"
#include "app/chat.h"
#include "app/check.h"
#include "app/device_list.h"
#include "app/doctor.h"
#include "app/mcp_bridge.h"
#include "app/migrate.h"
#include "app/models.h"
#include "app/say.h"
#include "app/serve.h"
#include "app/settings.h"
#include "app/talk.h"
#include "app/transcribe.h"
#include "app/users.h"
#include "bench/command.h"
#include "config/writing.h"

#include <CLI/CLI.hpp>

#include <csignal>
#include <iostream>
#include <sys/prctl.h>

namespace {

using namespace repartee;

// What scripts can act on: 0 well, 1 it did not work out, 2 the settings or the command line are wrong.
constexpr int exit_failed = 1;
constexpr int exit_wrong_settings = 2;

const std::map<std::string, app::TranscriptFormat> transcript_formats{{"text", app::TranscriptFormat::Text},
                                                                      {"json", app::TranscriptFormat::Json},
                                                                      {"srt", app::TranscriptFormat::Srt},
                                                                      {"vtt", app::TranscriptFormat::Vtt}};

constexpr const char* about_transcribe =
    "A recording is heard as the room is for its captions, and gives the same lines. With --watch, each\n"
    "recording in the folder is transcribed once: those that lie there without a transcript, and those that\n"
    "are written to their end, moved in, renamed or replaced later. Copies under way (hidden names, .part,\n"
    ".tmp ...) wait; folders within are not looked into; a file that fails is told and left until it "
    "changes.";

constexpr const char* about_mcp =
    "Speaks the Model Context Protocol for a program that starts its tools as children, and needs a server "
    "that\n"
    "runs (repartee serve). An API key in REPARTEE_TOKEN, or in the file that --token-file names, says "
    "whose\n"
    "memories they are; without one it is nobody's in particular, where the server lets such people in.";

int run(int count, char** arguments) {
    CLI::App program{"repartee: a voice-agent server that hears, thinks and speaks"};
    program.require_subcommand(1);
    program.set_version_flag("--version", REPARTEE_VERSION);
    program.failure_message(CLI::FailureMessage::help);
    std::string settings_file;
    program.add_option("--config", settings_file, "Settings file (default: repartee.toml, if it is there)");

    auto* serve = program.add_subcommand("serve", "Run the server");
    app::ServeOptions serve_options{
        .sources = {}, .program = arguments[0], .command_line = {arguments, arguments + count}};
    serve->add_flag("--lan", serve_options.lan, "Listen on the network, not only on this machine");
    serve->add_flag("!--no-offer", serve_options.offer, "Do not ask whether to fetch a speech model");

    auto* chat = program.add_subcommand("chat", "Type to the agent, without a server");

    auto* talk = program.add_subcommand("talk", "Speak to a running server and show what it answers");
    app::TalkOptions talk_options{.output = "reply.wav"};
    talk->add_option("FILE", talk_options.files, "Recordings to send (WAV)")->check(CLI::ExistingFile);
    talk->add_option("--say", talk_options.sentences, "A sentence to speak; several make several turns");
    talk->add_option("--url", talk_options.url, "The server, such as http://127.0.0.1:8000");
    talk->add_option("-o,--output", talk_options.output, "Where the spoken reply goes")
        ->capture_default_str();
    talk->add_option("--ca-file", talk_options.authority_file, "Trust this certificate (PEM)")
        ->check(CLI::ExistingFile);
    talk->add_flag("--play", talk_options.play, "Play the reply as well");
    talk->add_option("--agent", talk_options.agent, "Whom to call");
    talk->add_option("--language", talk_options.language, "Of what --say speaks")->capture_default_str();
    int interrupt_after = -1;
    talk->add_option("--interrupt-after", interrupt_after,
                     "Milliseconds of the reply after which the next speech begins (default: behind its end)")
        ->check(CLI::Range(0, 600'000));
    talk->add_flag("--push-to-talk", talk_options.push_to_talk, "One after the other, over /ws");
    talk->add_flag("--fast", talk_options.fast, "With --push-to-talk: send faster than real time")
        ->needs("--push-to-talk");

    auto* say = program.add_subcommand("say", "Turn a text into speech");
    app::SayOptions say_options;
    say->add_option("TEXT", say_options.text, "What to say")->required();
    say->add_option("-o,--output", say_options.output, "WAV file to write (default: play it)");
    say->add_option("--speed", say_options.voice.speed, "1 is the voice's natural rate")
        ->check(CLI::Range(0.25, 4.0));
    say->add_option("--language", say_options.voice.language, "Such as en or hi")->capture_default_str();

    auto* transcribe = program.add_subcommand("transcribe", "Turn recordings into text");
    transcribe->footer(about_transcribe);
    app::TranscribeOptions transcribe_options;
    transcribe->add_option("FILE", transcribe_options.files, "WAV, WebM, Ogg, MP4, MP3 or FLAC")
        ->check(CLI::ExistingFile);
    transcribe->add_option("-f,--format", transcribe_options.format, "text, json, srt or vtt")
        ->transform(CLI::CheckedTransformer(transcript_formats, CLI::ignore_case).description(""))
        ->default_str("text");
    transcribe->add_option("-o,-d,--directory", transcribe_options.directory,
                           "Write a file for each recording in there, not all to standard output");
    transcribe
        ->add_option("--watch", transcribe_options.watch,
                     "Transcribe what arrives in this folder, until Ctrl+C; beside it, without --directory")
        ->type_name("FOLDER")
        ->check(CLI::ExistingDirectory);
    transcribe->add_flag("--speakers", transcribe_options.speakers,
                         "Say who speaks: Speaker 1, Speaker 2 ...");
    transcribe->add_option("--language", transcribe_options.language,
                           "What is spoken, such as en; default: as for the room's captions");
    transcribe->add_option("--translate", transcribe_options.translate_to,
                           "Into this language, such as en, where the recogniser can");
    transcribe->add_option("--at-once", transcribe_options.at_once, "Lines; default: one per core")
        ->check(CLI::Range(1, 16));

    auto* models =
        program.add_subcommand("models", "List, fetch, check or remove models for the engines here");
    models->require_subcommand(1);
    auto* models_list =
        models->add_subcommand("list", "What is here, what can be fetched and what suits this machine");
    bool models_as_json = false;
    models_list->add_flag("--json", models_as_json, "For scripts");
    std::vector<std::string> model_names;
    auto* models_pull = models->add_subcommand("pull", "Fetch models, or go on with it");
    models_pull
        ->add_option("NAME", model_names, "Such as base.en or silero; whisper, llm: what suits this machine")
        ->required();
    auto* models_verify =
        models->add_subcommand("verify", "Look through all models that are here, byte for byte");
    models_verify->add_option("NAME", model_names, "Only these");
    auto* models_remove = models->add_subcommand("remove", "Remove models that are here");
    models_remove->add_option("NAME", model_names, "By name, or by file")->required();

    using UserDeed = app::UsersCommand::Do;
    auto* users = program.add_subcommand("users", "Who has an account: list, add, change");
    users->require_subcommand(1);
    app::UsersCommand users_command;
    auto* users_list = users->add_subcommand("list", "Everybody who has an account");
    users_list->add_flag("--json", users_command.as_json, "For scripts");
    const auto add_user_command = [&](const char* name, const char* help, UserDeed deed) {
        auto* command = users->add_subcommand(name, help);
        command->add_option("EMAIL", users_command.email, "As it was registered, in any case")->required();
        command->callback([&users_command, deed] { users_command.what = deed; });
        return command;
    };
    auto* users_add = add_user_command(
        "add", "Make an account; the password is asked for, or read from standard input", UserDeed::Add);
    users_add->add_flag("--admin", users_command.is_admin, "Who may see /metrics from afar, for one");
    users_add->add_option("--name", users_command.full_name, "Full name");
    add_user_command("make-admin", "Make somebody an admin", UserDeed::MakeAdmin);
    add_user_command("make-user", "Make an admin a user like any other", UserDeed::MakeUser);
    add_user_command("deactivate", "Let somebody in no more, and end their tokens", UserDeed::Deactivate);
    add_user_command("activate", "Let somebody in again", UserDeed::Activate);
    add_user_command("set-password",
                     "Set a new password, which is asked for or read from standard input, and end all tokens",
                     UserDeed::SetPassword);

    auto* migrate = program.add_subcommand(
        "migrate", "Bring the database's tables up to date, as the server does at its start");

    auto* mcp = program.add_subcommand(
        "mcp", "For desktop assistants: the running server's tools, over standard input and output");
    mcp->footer(about_mcp);
    app::McpBridgeOptions mcp_options;
    mcp->add_option("--url", mcp_options.url, "The server, such as http://127.0.0.1:8000");
    mcp->add_option("--token-file", mcp_options.token_file, "Whose memories: a file with an API key in it")
        ->check(CLI::ExistingFile);
    mcp->add_option("--ca-file", mcp_options.authority_file, "Trust this certificate (PEM)")
        ->check(CLI::ExistingFile);

    auto* devices = program.add_subcommand("devices", "List the microphones of this machine");
    bool devices_as_json = false;
    devices->add_flag("--json", devices_as_json, "For scripts");

    auto* doctor =
        program.add_subcommand("doctor", "Say what works on this machine and what to do about the rest");
    app::DoctorOptions doctor_options;
    doctor->add_flag("--quick", doctor_options.quick, "Ask the engines how they are, and do not try them");
    int doctor_patience = static_cast<int>(doctor_options.patience.count());
    doctor->add_option("--patience", doctor_patience, "Seconds for each engine that is tried")
        ->check(CLI::Range(1, 3600))
        ->capture_default_str();

    auto* check = program.add_subcommand("check", "Check the settings and show those in force");
    bool document = false;
    bool example = false;
    check->add_flag("--document", document, "Print docs/configuration.md instead");
    check->add_flag("--example", example, "Print a repartee.toml with every setting explained instead");

    bench::Command bench(program);

    try {
        program.parse(count, arguments);
    } catch (const CLI::ParseError& error) {
        return program.exit(error) == 0 ? 0 : exit_wrong_settings;
    }
    // Its server has settings of its own; ours have nothing to say here.
    if (bench.parsed()) {
        return bench.run();
    }

    auto parts = app::all_parts();
    app::Settings settings;
    if (document || example) {
        // The example is one that the program takes.
        settings.tool_servers.push_back(
            {.name = document ? "<name>" : "example", .url = document ? "" : "https://host.example/mcp"});
        auto sections = app::sections_of(settings, parts);
        auto agent = agents::blank(document ? "<id>" : "example");
        sections.push_back(app::agent_section(agent.agent.id, agent));
        std::cout << (document ? config::document(sections) : config::example_file(sections));
        return 0;
    }
    config::SourceOptions source_options;
    if (!settings_file.empty()) {
        source_options.file = settings_file;
    }
    auto sources = config::sources_on_disk(config::environment_of_process(), source_options);
    auto reading = app::read_settings(settings, parts, sources);
    if (check->parsed()) {
        return app::check(settings, parts, reading);
    }
    if (!reading.mistakes.empty()) {
        std::cerr << "repartee: the settings have mistakes.\n" << config::to_text(reading.mistakes);
        return exit_wrong_settings;
    }

    if (serve->parsed()) {
        serve_options.sources = source_options;
        return app::serve(settings, parts, reading, serve_options);
    }
    if (chat->parsed()) {
        return app::chat(settings, parts);
    }
    if (talk->parsed()) {
        if (talk_options.sentences.empty() && talk_options.files.empty()) {
            std::cerr << "repartee talk: give a FILE or --say \"a sentence\".\n";
            return exit_wrong_settings;
        }
        if (interrupt_after >= 0) {
            talk_options.interrupt_after = std::chrono::milliseconds(interrupt_after);
        }
        return app::talk(settings, parts, talk_options);
    }
    if (say->parsed()) {
        return app::say(settings, parts, say_options);
    }
    if (transcribe->parsed()) {
        return app::transcribe(settings, parts, transcribe_options);
    }
    if (models_list->parsed()) {
        return app::list_models(settings, parts,
                                models_as_json ? app::ListFormat::Json : app::ListFormat::Text);
    }
    if (models_pull->parsed()) {
        return app::pull_models(settings, model_names);
    }
    if (models_verify->parsed()) {
        return app::verify_models(settings, model_names);
    }
    if (models_remove->parsed()) {
        return app::remove_models(settings, model_names);
    }
    if (users->parsed()) {
        return app::users(settings, parts, users_command);
    }
    if (migrate->parsed()) {
        return app::migrate(settings, parts);
    }
    if (mcp->parsed()) {
        return app::bridge_mcp(settings, mcp_options);
    }
    if (devices->parsed()) {
        return app::list_devices(settings, parts, devices_as_json);
    }
    if (doctor->parsed()) {
        doctor_options.patience = std::chrono::seconds(doctor_patience);
        return app::doctor(settings, parts, doctor_options);
    }
    return exit_wrong_settings;
}

}  // namespace

int main(int count, char** arguments) {
    // Where nobody else would, as in a container: what workers leave behind is collected by us.
    ::prctl(PR_SET_CHILD_SUBREAPER, 1);
    std::signal(SIGPIPE, SIG_IGN);  // a client that leaves is an error code, not our end
    try {
        return run(count, arguments);
    } catch (const std::exception& failure) {
        std::cerr << "repartee: " << failure.what() << "\n";
        return exit_failed;
    }
}
