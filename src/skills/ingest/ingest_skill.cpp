#include "skills/ingest/ingest_skill.h"

#include "net/public_fetch.h"
#include "skills/ingest/page_text.h"
#include "skills/ingest/passages.h"

#include <boost/json.hpp>
#include <fmt/format.h>

namespace repartee::skills::ingest {

namespace json = boost::json;

namespace {

std::string string_of(const json::object& arguments, std::string_view key) {
    const auto* value = arguments.if_contains(key);
    return value && value->is_string() ? std::string(value->get_string()) : std::string();
}

std::string sentence_about(std::size_t pieces, std::size_t fresh) {
    if (fresh == 0) {
        return "I knew all of that already.";
    }
    auto size = pieces == 1 ? std::string("one piece") : fmt::format("{} pieces", pieces);
    return fmt::format("I have read it and will remember it, in {}.", size);
}

}  // namespace

SharedSchema IngestSkill::schema() const {
    static const auto schema = shared(
        {.name = "ingest",
         .description = "Reads a web page or a longer text and remembers what it says, for later questions.",
         .parameters = json::parse(R"({
                "type": "object",
                "properties": {
                    "url": {
                        "type": "string",
                        "maxLength": 2000,
                        "description": "A public web page: http or https."
                    },
                    "text": {
                        "type": "string",
                        "maxLength": 100000,
                        "description": "The text itself, in place of a page."
                    },
                    "dataset_name": {
                        "type": "string",
                        "maxLength": 100,
                        "description": "What the text is to be called."
                    },
                    "chunk_size": {
                        "type": "integer",
                        "minimum": 20,
                        "maximum": 2000,
                        "description": "Words that are remembered together; 500 if left out."
                    }
                }
            })")
                           .as_object()});
    return schema;
}

awaitable<SkillResult> IngestSkill::run(json::object arguments) {
    if (memory_ == nullptr) {
        co_return SkillResult{.text = "I cannot remember anything here beyond this conversation."};
    }
    const auto* given = arguments.if_contains("chunk_size");
    auto piece = given && given->is_number() ? given->to_number<std::int64_t>() : usual_piece;
    auto url = string_of(arguments, "url");
    auto text = string_of(arguments, "text");
    auto name = string_of(arguments, "dataset_name");
    if (url.empty() && text.empty()) {
        co_return SkillResult{.text = name.empty() ? "What should I read? I can read a web page or a text."
                                                   : "I have no data sets. I can read a web page or a text."};
    }
    if (url.empty()) {
        auto origin = name.empty() ? std::string("text") : std::move(name);
        co_return co_await take_in(std::move(text), std::move(origin), piece);
    }
    if (http_ == nullptr) {
        co_return SkillResult{.text = "I cannot read web pages here."};
    }
    net::PublicFetch wanted{.url = std::move(url),
                            .types = {"text/", "application/json", "application/xhtml+xml"},
                            .only_to = may_ask_};
    auto fetching = net::fetch_public(*http_, clock_, std::move(wanted));
    auto page = co_await std::move(fetching);
    auto content = text_of(page).value();
    auto whole = content.title.empty() ? std::move(content.text) : content.title + "\n" + content.text;
    auto origin = name.empty() ? std::move(page.url) : std::move(name);
    co_return co_await take_in(std::move(whole), std::move(origin), piece);
}

awaitable<SkillResult> IngestSkill::take_in(std::string text, std::string origin, std::int64_t piece) {
    PassageLimits limits{.words = static_cast<std::size_t>(piece), .bytes = longest_passage};
    auto passages = passages_of(text, limits);
    if (passages.empty()) {
        co_return SkillResult{.text = "There is nothing to read."};
    }
    if (passages.size() > most_passages) {
        co_return SkillResult{.text = "That is too long for me to read at once. Give me a part of it."};
    }
    auto count = passages.size();
    auto fresh = co_await memory_->ingest(std::move(passages), std::move(origin));
    co_return SkillResult{.text = sentence_about(count, fresh)};
}

}  // namespace repartee::skills::ingest
