#include "surfaces/captions/listening_room.h"

#include "base/channel.h"
#include "surfaces/captions/messages.h"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <atomic>

namespace repartee::surfaces::captions {

namespace {

// Languages and translations heard at once: each takes a recogniser's place.
constexpr std::size_t most_tongues = 4;

// Messages that wait for one viewer: those of some minutes, and the lines from before.
constexpr std::size_t most_waiting = 256;

using Message = std::shared_ptr<const std::string>;

Message shared(std::string text) {
    return std::make_shared<const std::string>(std::move(text));
}

hearing::RoomOptions listening(const CaptionsSettings& settings, const Language& language,
                               const Language& translation) {
    return {.language = language,
            .translate_to = translation,
            .end_silence = settings.end_silence,
            .least_voice = settings.least_voice,
            .longest = settings.longest,
            .threshold = settings.threshold > 0 ? std::optional(settings.threshold) : std::nullopt,
            .stale = settings.stale,
            .least_confidence = static_cast<float>(settings.least_confidence)};
}

std::string written_for(const RoomWishes& wishes, const hearing::RoomLine& line) {
    auto speakers = wishes.speakers ? Speakers::Shown : Speakers::Hidden;
    return wishes.words ? transcript_with_words(line, speakers) : transcript(line, speakers);
}

}  // namespace

// Owned by the room and by the client's end; `news` and `waiting` belong to the client's strand.
struct ListeningRoom::Viewer : std::enable_shared_from_this<Viewer> {
    Viewer(const Executor& the_strand, RoomWishes the_wishes, std::function<void()> the_news)
        : strand(the_strand),
          wishes(std::move(the_wishes)),
          news(std::move(the_news)),
          waiting(the_strand, most_waiting) {}

    // From the room's strand.
    void send(Message message) {
        asio::post(strand, [self = shared_from_this(), message = std::move(message)]() mutable {
            if (!self->waiting.try_push(message) && self->waiting.is_open()) {
                self->waiting.try_next();
                self->waiting.try_push(std::move(message));
            }
            if (self->news) {
                self->news();
            }
        });
    }

    const Executor strand;
    const RoomWishes wishes;
    Tongue tongue = {};  // of the audience it sits in; the room's
    std::function<void()> news;
    Channel<Message> waiting;
};

namespace {

class Seat final : public RoomViewer {
public:
    using Leave = std::function<void()>;
    Seat(std::shared_ptr<ListeningRoom::Viewer> viewer, Leave leave)
        : viewer_(std::move(viewer)), leave_(std::move(leave)) {}
    ~Seat() override { leave(); }

    awaitable<std::optional<std::string>> next() override {
        auto message = co_await viewer_->waiting.next();
        co_return message ? std::optional(**message) : std::nullopt;
    }

    std::optional<std::string> try_next() override {
        auto message = viewer_->waiting.try_next();
        return message ? std::optional(**message) : std::nullopt;
    }

    void leave() override {
        viewer_->news = nullptr;
        viewer_->waiting.close();
        if (auto leave = std::exchange(leave_, nullptr)) {
            leave();
        }
    }

private:
    std::shared_ptr<ListeningRoom::Viewer> viewer_;
    Leave leave_;
};

}  // namespace

ListeningRoom::ListeningRoom(const RoomSurroundings& surroundings, const CaptionsSettings& settings)
    : surroundings_(surroundings),
      settings_(settings),
      log_(surroundings.log.with({{"surface", "captions"}})),
      kept_(static_cast<std::size_t>(settings.keep_lines), settings.keep_for),
      viewers_(surroundings.metrics.gauge("repartee_captions_viewers",
                                          "Clients that see what is said in the room")),
      microphone_open_(
          surroundings.metrics.gauge("repartee_microphone_open", "1 while the microphone is open")),
      lines_(surroundings.metrics.counter("repartee_captions_lines_total", "Lines that were understood")),
      losses_(surroundings.metrics.counter(
          "repartee_captions_losses_total",
          "Utterances that were lost: too many at once, too late, not understood")),
      revised_(surroundings.metrics.counter("repartee_captions_revised_total",
                                            "Lines whose speaker was found to be another one")),
      overruns_(surroundings.metrics.counter("repartee_microphone_overruns_total",
                                             "How often sound of the microphone was lost")),
      lost_seconds_(surroundings.metrics.counter(
          "repartee_microphone_lost_seconds_total",
          "Sound of the microphone that was lost, as far as its length is known")),
      lag_(surroundings.metrics.seconds("repartee_captions_lag_seconds",
                                        "From the end of the voice to the line that was understood")) {}

std::string ListeningRoom::closed_because() const {
    if (settings_.allow == "never") {
        return "Captions are switched off.";
    }
    if (settings_.allow != "always" && !surroundings_.on_loopback) {
        return "Captions of the room are for this machine alone, and the server can be reached from others. "
               "CAPTIONS_ALLOW=always lets everybody read them.";
    }
    return {};
}

std::unique_ptr<RoomViewer> ListeningRoom::join(const Executor& strand, RoomWishes wishes,
                                                std::function<void()> news) {
    auto viewer = std::make_shared<Viewer>(strand, std::move(wishes), std::move(news));
    asio::post(surroundings_.executor, [room = weak_from_this(), viewer] {
        if (auto here = room.lock()) {
            here->let_in(viewer);
        }
    });
    return std::make_unique<Seat>(viewer,
                                  [room = weak_from_this(), executor = surroundings_.executor, viewer] {
                                      asio::post(executor, [room, viewer] {
                                          if (auto here = room.lock()) {
                                              here->let_out(viewer);
                                          }
                                      });
                                  });
}

std::vector<hearing::RoomLine> ListeningRoom::lines(const Language& translation) {
    return kept_.last(static_cast<std::size_t>(settings_.keep_lines), surroundings_.clock.wall(),
                      translation);
}

awaitable<void> ListeningRoom::close() {
    closed_ = true;
    audiences_.clear();
    viewers_.set(0);
    co_await listening_.stop();
    listening_ = {};
}

// --- on the room's strand ---

void ListeningRoom::let_in(std::shared_ptr<Viewer> viewer) {
    if (closed_) {
        return;
    }
    viewer->tongue = tongue_for(*viewer);
    const auto& wishes = viewer->wishes;
    if (wishes.speakers && surroundings_.ears.speaker_embedder == nullptr) {
        complain(*viewer, "speakers: nobody here tells them apart");
    }
    if (wishes.errors) {
        for (const auto& complaint : wishes.complaints) {
            viewer->send(shared(error(complaint)));
        }
    }
    if (wishes.last > 0) {
        for (const auto& line :
             kept_.last(wishes.last, surroundings_.clock.wall(), viewer->tongue.translation)) {
            viewer->send(shared(written_for(wishes, line)));
        }
    }
    if (!trouble_.empty() && wishes.errors) {
        viewer->send(shared(error(trouble_)));
    }
    auto& audience = audiences_[viewer->tongue];
    if (!audience.listener) {
        audience.listener = begin_listening(viewer->tongue);
    }
    audience.viewers.push_back(std::move(viewer));
    viewers_.add(1);
    attend_to_speakers();
    if (!listening_.running()) {
        log_.info("listening to the room");
        listening_ = Task(surroundings_.executor, listen(shared_from_this()));
    }
}

void ListeningRoom::let_out(const std::shared_ptr<Viewer>& viewer) {
    auto audience = audiences_.find(viewer->tongue);
    if (audience == audiences_.end() || std::erase(audience->second.viewers, viewer) == 0) {
        return;
    }
    viewers_.add(-1);
    if (audience->second.viewers.empty()) {
        audiences_.erase(audience);
    }
    attend_to_speakers();
    if (audiences_.empty()) {
        // It owns what it touches, and gives the microphone back when it unwinds.
        listening_ = {};
        trouble_.clear();
        microphone_open_.set(0);
        log_.info("not listening to the room any more");
    }
}

// What the viewer asked for, as far as it can be had.
ListeningRoom::Tongue ListeningRoom::tongue_for(Viewer& viewer) {
    const Tongue usual{.spoken = settings_.language};
    engines::RecognitionRequest wanted{
        .language = viewer.wishes.language.empty() ? usual.spoken : viewer.wishes.language,
        .translate_to = primary_subtag(viewer.wishes.translate)};
    auto can = surroundings_.ears.recogniser.capabilities();
    if (wanted.language != usual.spoken && !engines::understands(can, wanted)) {
        complain(viewer, "language: the recogniser does not know it; the usual one is heard");
        wanted.language = usual.spoken;
    }
    if (!engines::translates(can, wanted)) {
        complain(viewer, "translate: nobody here translates into it; lines come as they are spoken");
        wanted.translate_to.clear();
    }
    // What is spoken in that language needs no translation.
    Tongue tongue{.spoken = wanted.language,
                  .translation = engines::wants_translation(wanted) ? wanted.translate_to : Language()};
    if (tongue != usual && !audiences_.contains(tongue) && audiences_.size() >= most_tongues) {
        complain(viewer, "language: too many others are heard already");
        return usual;
    }
    return tongue;
}

void ListeningRoom::complain(Viewer& viewer, std::string_view what) {
    if (viewer.wishes.errors) {
        viewer.send(shared(error(what)));
    }
}

std::unique_ptr<hearing::RoomListener> ListeningRoom::begin_listening(const Tongue& tongue) {
    // The listener belongs to the audience, and both to this room.
    auto options = listening(settings_, tongue.spoken, tongue.translation);
    options.next_id = [this] { return ++last_line_; };
    return std::make_unique<hearing::RoomListener>(
        surroundings_.executor, surroundings_.ears, options,
        [this, tongue](hearing::RoomNews news) { tell(tongue, std::move(news)); });
}

void ListeningRoom::attend_to_speakers() {
    auto* embedder = surroundings_.ears.speaker_embedder;
    if (embedder == nullptr) {
        return;
    }
    bool anybody = false;
    for (auto& [tongue, audience] : audiences_) {
        bool wanted =
            settings_.speakers == "always" ||
            std::ranges::any_of(audience.viewers, [](const auto& viewer) { return viewer->wishes.speakers; });
        if (wanted && !speakers_) {
            speakers_ = std::make_shared<hearing::RoomSpeakers>(*embedder);
        }
        audience.listener->tell_apart(wanted ? speakers_ : nullptr);
        anybody = anybody || wanted;
    }
    // Whose lines nobody can read any more is forgotten.
    if (!anybody && kept_.empty(surroundings_.clock.wall())) {
        speakers_.reset();
    }
}

awaitable<void> ListeningRoom::listen(std::shared_ptr<ListeningRoom> room) {
    auto capture = room->surroundings_.microphone.open(room->surroundings_.executor);
    for (;;) {
        auto captured = co_await capture->next();
        room->take(std::move(captured));
    }
}

void ListeningRoom::take(devices::Captured captured) {
    if (auto* sound = std::get_if<devices::Sound>(&captured)) {
        take_sound(*sound);
    } else if (auto* gone = std::get_if<devices::Gone>(&captured)) {
        microphone_open_.set(0);
        for (auto& [tongue, audience] : audiences_) {
            audience.listener->break_off();
        }
        trouble_ = gone->error.message;
        tell_trouble(trouble_);
    } else {
        microphone_open_.set(1);
        trouble_.clear();
    }
}

void ListeningRoom::take_sound(const devices::Sound& sound) {
    if (sound.overruns > 0) {
        overruns_.add(sound.overruns);
        lost_seconds_.add(std::chrono::duration<double>(sound.lost).count());
    }
    for (auto& [tongue, audience] : audiences_) {
        audience.listener->push(sound.samples);
    }
}

void ListeningRoom::tell(const Tongue& tongue, hearing::RoomNews news) {
    auto found = audiences_.find(tongue);
    if (found == audiences_.end()) {
        return;
    }
    auto& audience = found->second;
    if (auto* line = std::get_if<hearing::RoomLine>(&news)) {
        tell_line(audience, tongue, *line);
    } else if (auto* part = std::get_if<hearing::RoomPart>(&news)) {
        auto message = shared(transcript_so_far(part->text));
        for (const auto& viewer : audience.viewers) {
            if (viewer->wishes.partials) {
                viewer->send(message);
            }
        }
    } else if (auto* revision = std::get_if<hearing::RoomRevision>(&news)) {
        tell_revision(*revision);
    } else if (auto* loss = std::get_if<hearing::RoomLoss>(&news)) {
        losses_.add();
        log_.warning("something that was said is lost",
                     {{"reason", loss->error.message}, {"detail", loss->error.detail}});
        tell_trouble(loss->error.message);
    }
}

void ListeningRoom::tell_line(Audience& audience, const Tongue& tongue, const hearing::RoomLine& line) {
    lines_.add();
    lag_.observe(std::chrono::duration<double>(line.lag).count());
    log_.info("line of the room",
              {{"lag_ms", milliseconds_of(line.lag)}, {"text", log_.text(line.transcript.text)}});
    kept_.add(line, tongue.translation);
    // Written once for all who want it so.
    std::map<std::pair<bool, bool>, Message> messages;
    for (const auto& viewer : audience.viewers) {
        auto& message = messages[{viewer->wishes.words, viewer->wishes.speakers}];
        if (!message) {
            message = shared(written_for(viewer->wishes, line));
        }
        viewer->send(message);
    }
}

// The lines may have been told in another language, too: whoever does not know their numbers ignores them.
void ListeningRoom::tell_revision(const hearing::RoomRevision& revision) {
    revised_.add(static_cast<double>(revision.changes.size()));
    kept_.revise(revision);
    auto message = shared(captions::revision(revision));
    for (const auto& [tongue, audience] : audiences_) {
        for (const auto& viewer : audience.viewers) {
            if (viewer->wishes.speakers) {
                viewer->send(message);
            }
        }
    }
}

void ListeningRoom::tell_trouble(const std::string& message) {
    auto text = shared(error(message));
    for (const auto& [tongue, audience] : audiences_) {
        for (const auto& viewer : audience.viewers) {
            if (viewer->wishes.errors) {
                viewer->send(text);
            }
        }
    }
}

}  // namespace repartee::surfaces::captions
