#include "engines/translated_hearing.h"

namespace repartee::engines {

awaitable<std::optional<Transcript>> TranslatedHearing::next() {
    if (over_) {
        co_return std::nullopt;
    }
    over_ = true;  // stays so when anything below throws
    std::optional<Transcript> heard;
    do {
        heard = co_await hearing_->next();
    } while (heard && !heard->is_final);
    bool is_needed =
        heard && !heard->text.empty() && (heard->language.empty() || !serves(heard->language, into_));
    if (!is_needed) {
        co_return heard;
    }
    auto translation = co_await translator_.translate(heard->text, into_);
    if (!translation) {
        const auto& error = translation.error();
        log_.warning("what was heard is not translated",
                     {{"into", into_}, {"reason", error.message}, {"detail", error.detail}});
        co_return heard;
    }
    heard->text = std::move(*translation);
    heard->translated_to = primary_subtag(into_);
    heard->words.clear();  // nobody spoke these
    co_return heard;
}

}  // namespace repartee::engines
