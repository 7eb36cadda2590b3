#include "app/talk.h"

#include "app/core.h"
#include "app/phone_call.h"
#include "app/push_to_talk.h"
#include "app/speech_file.h"

#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

std::string default_url(const ServerSettings& settings) {
    auto host = settings.host == "0.0.0.0" ? "127.0.0.1" : settings.host;
    return fmt::format("{}://{}:{}", settings.certificate_file.empty() ? "http" : "https", host,
                       settings.port);
}

// http to ws, and without a slash behind it.
std::string socket_base(std::string url) {
    if (url.starts_with("http")) {
        url.replace(0, 4, "ws");
    }
    while (url.ends_with('/')) {
        url.pop_back();
    }
    return url;
}

awaitable<std::vector<audio::Pcm>> prepare(Core& core, const TalkOptions& options) {
    std::vector<audio::Pcm> speeches;
    for (const auto& sentence : options.sentences) {
        Voice voice{.language = options.language};
        speeches.push_back(co_await synthesise(core, sentence, std::move(voice)));
    }
    for (const auto& file : options.files) {
        speeches.push_back(co_await load_speech(core, file));
    }
    co_return speeches;
}

awaitable<void> converse(Core& core, const Settings& settings, const TalkOptions& options, Spoken& spoken) {
    auto speeches = co_await prepare(core, options);
    auto base = socket_base(options.url.empty() ? default_url(settings.server) : options.url);
    if (options.push_to_talk) {
        spoken = co_await push_to_talk(core, base + "/ws", std::move(speeches), options.fast);
    } else {
        CallPlan plan{.agent = options.agent,
                      .speeches = std::move(speeches),
                      .interrupt_after = options.interrupt_after};
        spoken = co_await hold_call(core, std::move(base), std::move(plan));
    }
    if (spoken.reply.samples.empty()) {
        co_return;
    }
    save_wav(spoken.reply, options.output);
    auto seconds = static_cast<double>(spoken.reply.samples.size()) / spoken.reply.rate;
    std::cout << fmt::format("The spoken reply is in {} ({:.1f} s).\n", options.output.string(), seconds);
    if (options.play) {
        play_wav(options.output);
    }
}

}  // namespace

int talk(const Settings& settings, Parts& parts, const TalkOptions& options) {
    LogOptions quiet = log_options(settings.log);
    quiet.level = std::max(quiet.level, LogLevel::Warning);
    Core core(settings, parts, Log(quiet), options.authority_file);
    Spoken spoken;
    core.run(converse(core, settings, options, spoken));
    return spoken.all_answered ? 0 : 1;
}

}  // namespace repartee::app
