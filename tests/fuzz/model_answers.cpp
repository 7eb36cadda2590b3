// A stream of server-sent events, cut in two at a place the first byte names, as an answer of OpenAI's and
// of Gemini's. Whatever comes: reading ends, an answer has one end at most and nothing behind it, and what
// is told of it is UTF-8.
#include "base/utf8.h"
#include "engines/gemini/gemini_wire.h"
#include "engines/openai/openai_wire.h"
#include "net/event_stream.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace repartee;

namespace {

void insist(bool holds) {
    if (!holds) {
        std::abort();
    }
}

void look_at(const engines::ModelOutput& output, int& ends) {
    insist(ends == 0);
    if (const auto* text = std::get_if<engines::TextDelta>(&output)) {
        insist(!text->text.empty() && is_utf8(text->text));
    } else if (const auto* call = std::get_if<SkillCall>(&output)) {
        insist(!call->id.empty() && !call->name.empty());
    } else if (std::holds_alternative<engines::AnswerEnd>(output)) {
        ++ends;
    }
}

template <class Answer>
void read(Answer& answer, std::string_view bytes, std::size_t cut) {
    net::EventSplitter splitter;
    if (!splitter.push(bytes.substr(0, cut)) || !splitter.push(bytes.substr(cut))) {
        return;
    }
    splitter.finish();
    int ends = 0;
    for (bool more = true; more;) {
        auto event = splitter.next();
        auto outputs = event ? answer.take(*event) : answer.take_end();
        more = event && outputs;
        if (!outputs) {
            insist(is_utf8(outputs.error().message));
            return;
        }
        for (const auto& output : *outputs) {
            look_at(output, ends);
        }
        insist(answer.ended() == (ends == 1));
    }
    insist(ends == 1);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string_view bytes(reinterpret_cast<const char*>(data), size);
    std::size_t cut = 0;
    if (!bytes.empty()) {
        cut = static_cast<unsigned char>(bytes.front()) * bytes.size() / 256;
        bytes.remove_prefix(1);
        cut = std::min(cut, bytes.size());
    }
    engines::openai::AnswerEvents openai("Peer", true);
    read(openai, bytes, cut);
    engines::gemini::AnswerEvents gemini;
    read(gemini, bytes, cut);
    (void)engines::openai::error_from_reply(500, bytes, {}, "m");
    (void)engines::openai::refusals_in(400, bytes);
    (void)engines::openai::health_from_models(200, bytes, {}, "");
    (void)engines::gemini::error_from_reply(500, bytes, {});
    (void)engines::gemini::health_from_model(200, bytes, {});
    return 0;
}
