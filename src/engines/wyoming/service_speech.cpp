#include "engines/wyoming/service_speech.h"

#include "base/bell.h"
#include "base/error.h"
#include "engines/narration.h"
#include "engines/wyoming/reply_account.h"

#include <algorithm>
#include <deque>
#include <optional>
#include <string>
#include <utility>

// GCC 12 believes that a coroutine frame's delete does not fit its new.
#pragma GCC diagnostic ignored "-Wmismatched-new-delete"

namespace repartee::engines::wyoming {

namespace {

using repartee::wyoming::Errand;
using repartee::wyoming::Event;
namespace json = boost::json;

Failure no_sound() {
    return {ErrorKind::ProviderBroke, "The voice sent no sound.", "its sound ended before it began"};
}

// Nothing is said of a voice where any will do.
json::object with_voice(json::object data, const json::object& voice) {
    if (!voice.empty()) {
        data["voice"] = voice;
    }
    return data;
}

class BySentence final : public SpeechStream {
public:
    explicit BySentence(SpokenBy service)
        : service_(std::move(service)), account_(service_.volume, Ends::Told) {}

    void say(std::string sentence) override {
        if (finished_ || sentence.empty()) {
            return;
        }
        account_.sentence(sentence);
        sentences_.push_back(std::move(sentence));
        look_ahead();
        bell_.ring();
    }

    void finish() override {
        finished_ = true;
        bell_.ring();
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        executor_ = co_await asio::this_coro::executor;
        while (!std::exchange(over_, true)) {  // stays so when what follows throws
            if (auto chunk = account_.next()) {
                over_ = false;
                co_return chunk;
            }
            if (errand_) {
                co_await read_on();
            } else if (!sentences_.empty()) {
                begin_sentence();
            } else if (!finished_) {
                co_await bell_.wait();
            } else {
                co_return std::nullopt;
            }
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    void begin_sentence() {
        if (!is_speakable(sentences_.front())) {
            end_sentence();
            return;
        }
        errand_ = ahead_ ? std::move(ahead_) : ask_for(sentences_.front());
        errand_->expect_answers(true);
        sounding_ = false;
    }

    std::unique_ptr<Errand> ask_for(const std::string& sentence) {
        auto errand = service_.new_errand();
        errand->send({.type = "synthesize",
                      .data = with_voice({{"text", blanked_where_malformed(sentence)}}, service_.voice)});
        errand->start(*executor_);
        return errand;
    }

    awaitable<void> read_on() {
        auto event = co_await errand_->owed("The voice broke off.");
        if (!event) {
            co_return;
        }
        if (event->type == "audio-start" || event->type == "audio-chunk") {
            sounding_ = account_.take(*event) || sounding_;
            look_ahead();
        } else if (event->type == "audio-stop") {
            if (!sounding_) {
                throw no_sound();
            }
            errand_.reset();
            end_sentence();
        }
    }

    void end_sentence() {
        account_.spoken_until(account_.spoken() + sentences_.front().size());
        sentences_.pop_front();
    }

    // The next sentence is asked for as soon as one sounds: earlier, the two would be made at once, and the
    // first would come later.
    void look_ahead() {
        if (!errand_ || !sounding_ || ahead_) {
            return;
        }
        auto next = std::find_if(sentences_.begin() + 1, sentences_.end(), is_speakable);
        if (next != sentences_.end()) {
            ahead_ = ask_for(*next);
        }
    }

    const SpokenBy service_;
    ReplyAccount account_;
    std::optional<Executor> executor_;   // of who reads
    std::deque<std::string> sentences_;  // whose sound has not come whole; bounded by the reply
    Bell bell_;
    std::unique_ptr<Errand> errand_;  // the first sentence's
    std::unique_ptr<Errand> ahead_;   // the next one's that can be spoken
    bool sounding_ = false;           // the first sentence
    bool finished_ = false;
    bool over_ = false;
};

class InOneStream final : public SpeechStream {
public:
    explicit InOneStream(SpokenBy service)
        : service_(std::move(service)),
          account_(service_.volume, Ends::Guessed),
          errand_(service_.new_errand()) {
        errand_->send({.type = "synthesize-start", .data = with_voice({}, service_.voice)});
    }

    void say(std::string sentence) override {
        if (finished_ || sentence.empty()) {
            return;
        }
        account_.sentence(sentence);
        if (is_speakable(sentence)) {
            // Who collects sentences from pieces of text waits for the next one to begin, unless a blank line
            // ends this one.
            auto text = blanked_where_malformed(sentence) + "\n\n";
            text_ += text;
            errand_->send({.type = "synthesize-chunk", .data = {{"text", std::move(text)}}});
            errand_->expect_answers(owes_sound());
            bell_.ring();
        }
    }

    void finish() override {
        if (std::exchange(finished_, true)) {
            return;
        }
        if (!text_.empty()) {
            // The whole text once more, for services that know no pieces: the others pass over it.
            errand_->send({.type = "synthesize", .data = with_voice({{"text", text_}}, service_.voice)});
            errand_->send({.type = "synthesize-stop"});
            errand_->expect_answers(owes_sound());
        }
        bell_.ring();
    }

    awaitable<std::optional<SpeechChunk>> next() override {
        errand_->start(co_await asio::this_coro::executor);
        while (!std::exchange(over_, true)) {  // stays so when what follows throws
            if (auto chunk = account_.next()) {
                over_ = false;
                co_return chunk;
            }
            if (failure_) {
                throw Failure(*failure_);
            }
            if (stopped_) {
                co_return std::nullopt;
            }
            if (!text_.empty()) {
                co_await read_on();
            } else if (!finished_) {
                co_await bell_.wait();
            } else {
                stop();  // there was nothing that could be spoken
            }
            over_ = false;
        }
        co_return std::nullopt;
    }

private:
    awaitable<void> read_on() {
        std::optional<Event> event;
        std::optional<Error> failure;
        try {
            event = co_await errand_->owed("The voice broke off.");
        } catch (const Failure& failed) {
            failure = failed.error();
        }
        if (event) {
            take(*event);
        } else if (failure && seems_complete()) {
            service_.log.warning("voice forgot to say that it has finished", {{"detail", failure->detail}});
            stop();
        } else if (failure) {
            // Who takes over goes on behind the last sentence that was spoken to its end.
            if (pausing_ && finished_) {
                settle_pause();
            }
            failure_ = std::move(failure);
        }
    }

    void take(const Event& event) {
        if (event.type == "audio-start" || event.type == "audio-chunk") {
            if (std::exchange(pausing_, false) && finished_) {
                settle_pause();
            }
            sounded_ = account_.take(event) || sounded_;
        } else if (event.type == "audio-stop") {
            pausing_ = true;
            if (!finished_) {
                settle_pause();
            }
        } else if (event.type == "synthesize-stopped") {
            if (!sounded_) {
                throw no_sound();
            }
            stop();
        }
        errand_->expect_answers(owes_sound());
    }

    // Once everything has been said, only what sounds behind a pause shows that it was not the end.
    void settle_pause() {
        if (auto end = account_.end_at_a_pause()) {
            account_.spoken_until(*end);
        }
    }

    void stop() {
        if (account_.said() > 0) {
            account_.spoken_until(account_.said());
        }
        stopped_ = true;
    }

    // Nobody knows exactly how far it is, and a voice that has nothing left to say waits for us. But of two
    // sentences one has surely ended; and in the middle of one it has sound to send.
    bool owes_sound() const {
        if (finished_) {
            return true;
        }
        if (!sounded_ || pausing_) {
            return account_.sentences_open() >= 2;
        }
        auto left = account_.said() - account_.spoken();
        auto sounded = std::max(account_.supposed(), account_.spoken()) - account_.spoken();
        return 2 * sounded < left;
    }

    // It fell silent behind sound that may well be all of it.
    bool seems_complete() const {
        return finished_ && pausing_ && sounded_ && 5 * account_.supposed() >= 3 * account_.said();
    }

    const SpokenBy service_;
    ReplyAccount account_;
    std::unique_ptr<Errand> errand_;
    Bell bell_;
    std::string text_;      // as it was sent
    bool sounded_ = false;  // at all
    bool pausing_ = false;  // between two pieces of sound
    bool finished_ = false;
    bool stopped_ = false;          // the voice has
    std::optional<Error> failure_;  // thrown behind the sound that came before it
    bool over_ = false;
};

}  // namespace

std::unique_ptr<SpeechStream> speak_by_sentence(SpokenBy service) {
    return std::make_unique<BySentence>(std::move(service));
}

std::unique_ptr<SpeechStream> speak_in_one_stream(SpokenBy service) {
    return std::make_unique<InOneStream>(std::move(service));
}

}  // namespace repartee::engines::wyoming
