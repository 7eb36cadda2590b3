#include "hearing/recorded_room.h"

#include "base/bell.h"

#include <algorithm>
#include <map>
#include <utility>

namespace repartee::hearing {

namespace {

constexpr std::chrono::milliseconds recorded_frame{20};
constexpr std::size_t recorded_frame_samples = engines::DetectorStream::judged_frame;

// In the time of a recording, which begins here.
constexpr WallTime beginning{};

std::chrono::milliseconds position_of(WallTime time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time - beginning);
}

// It is later when more of the recording has been heard, and only then.
class RecordedTime final : public Clock {
public:
    void pass(Duration time) { position_ += time; }

    TimePoint now() const override { return TimePoint{} + position_; }
    WallTime wall() const override { return beginning + position_; }
    // Whoever waits waits for somebody outside, whose time is everybody's.
    awaitable<void> sleep_until(TimePoint when) override { return clock_.sleep(when - now()); }
    void set(const std::shared_ptr<Timer>& timer, TimePoint when) override {
        clock_.set(timer, clock_.now() + (when - now()));
    }

private:
    SystemClock clock_;
    Duration position_{0};
};

RoomOptions unhurried(RoomOptions options, const Places& places) {
    options.stale = std::chrono::hours(10'000);
    options.most_waiting = places.count() + 2;  // more than `push` lets come to wait
    return options;
}

}  // namespace

// What the room and its utterances share; either may end first.
struct RecordedRoom::Meeting {
    Places& places;
    RecordedTime time;
    std::size_t streams = 0;  // that are there
    std::size_t waiting = 0;  // of those: ended, and not understood yet
    Bell news;                // either has become less
    float least_confidence = 0;
    bool keeps_sound = false;
    // What was said and is not told yet, by its beginning.
    std::map<std::chrono::milliseconds, std::vector<audio::Sample>> sounds = {};
};

// Keeps what is said until it has been said, and then hears it all at once, when there is a place.
class RecordedRoom::PatientRecogniser final : public engines::Recogniser {
public:
    PatientRecogniser(engines::Recogniser& recogniser, std::shared_ptr<Meeting> meeting)
        : recogniser_(recogniser), meeting_(std::move(meeting)) {}

    engines::EngineInfo info() const override { return recogniser_.info(); }
    awaitable<engines::Health> check() override { return recogniser_.check(); }
    engines::RecogniserCapabilities capabilities() const override { return recogniser_.capabilities(); }
    std::unique_ptr<engines::RecogniserStream> start(const engines::RecognitionRequest& request) override {
        auto unhurried = request;
        unhurried.partials = false;
        unhurried.urgency = engines::Urgency::Job;
        return std::make_unique<Stream>(recogniser_, std::move(unhurried), meeting_);
    }

private:
    class Stream final : public engines::RecogniserStream {
    public:
        Stream(engines::Recogniser& recogniser, engines::RecognitionRequest request,
               std::shared_ptr<Meeting> meeting)
            : recogniser_(recogniser), request_(std::move(request)), meeting_(std::move(meeting)) {
            ++meeting_->streams;
        }
        ~Stream() override {
            --meeting_->streams;
            end();
        }

        void push(std::span<const audio::Sample> samples) override {
            if (!waits_) {
                sound_.insert(sound_.end(), samples.begin(), samples.end());
            }
        }

        void finish() override {
            if (!std::exchange(waits_, true)) {
                auto length = audio::duration_of(sound_.size(), audio::speech_rate);
                start_ = position_of(meeting_->time.wall() - length);
                ++meeting_->waiting;
                finished_.ring();
            }
        }

        awaitable<std::optional<Transcript>> next() override {
            if (!hearing_) {
                co_await finished_.wait();
                place_ = co_await meeting_->places.take();
                hearing_ = recogniser_.start(request_);
                hearing_->push(sound_);
                hearing_->finish();
                if (meeting_->keeps_sound) {
                    meeting_->sounds.insert_or_assign(start_, std::move(sound_));
                }
                sound_ = {};
            }
            std::optional<Transcript> transcript;
            std::exception_ptr failure;
            try {
                transcript = co_await hearing_->next();
            } catch (...) {
                failure = std::current_exception();
            }
            if (transcript) {
                becomes_a_line_ = !transcript->text.empty() &&
                                  transcript->confidence.value_or(1) >= meeting_->least_confidence;
            } else {
                // A day of music would be gigabytes of what nobody asks for.
                if (!becomes_a_line_ || failure) {
                    meeting_->sounds.erase(start_);
                }
                end();
            }
            if (failure) {
                std::rethrow_exception(failure);
            }
            co_return transcript;
        }

    private:
        void end() {
            hearing_.reset();
            place_.reset();
            if (waits_ && !std::exchange(ended_, true)) {
                --meeting_->waiting;
            }
            meeting_->news.ring();
        }

        engines::Recogniser& recogniser_;
        const engines::RecognitionRequest request_;
        const std::shared_ptr<Meeting> meeting_;
        std::vector<audio::Sample> sound_;
        std::chrono::milliseconds start_{0};  // in the recording
        bool waits_ = false;                  // the sound has ended
        bool ended_ = false;
        bool becomes_a_line_ = false;
        Bell finished_;
        Places::Place place_;
        std::unique_ptr<engines::RecogniserStream> hearing_;
    };

    engines::Recogniser& recogniser_;
    const std::shared_ptr<Meeting> meeting_;
};

// Says of each frame what has been found out before.
class RecordedRoom::ToldDetector final : public engines::Detector {
public:
    explicit ToldDetector(engines::Detector& detector) : detector_(detector) {}

    void tell(const engines::Activity& activity) { activity_ = activity; }

    engines::EngineInfo info() const override { return detector_.info(); }
    awaitable<engines::Health> check() override { return detector_.check(); }
    std::unique_ptr<engines::DetectorStream> start(const Executor&,
                                                   const engines::DetectionRequest&) override {
        return std::make_unique<Stream>(*this);
    }

private:
    class Stream final : public engines::DetectorStream {
    public:
        explicit Stream(const ToldDetector& told) : told_(told) {}
        engines::Activity push(std::span<const audio::Sample>) override { return told_.activity_; }

    private:
        const ToldDetector& told_;
    };

    engines::Detector& detector_;
    engines::Activity activity_;
};

RecordedRoom::RecordedRoom(const Executor& executor, const Ears& ears, RoomOptions options, Places& places,
                           Tell tell)
    : options_(unhurried(std::move(options), places)),
      tell_(std::move(tell)),
      meeting_(std::make_shared<Meeting>(places)),
      recogniser_(std::make_unique<PatientRecogniser>(ears.recogniser, meeting_)),
      told_(std::make_unique<ToldDetector>(ears.detector)),
      detector_(options_.threshold ? nullptr : ears.detector.start(executor, {})),
      ears_{*recogniser_, *told_, ears.decoder_for, meeting_->time, nullptr},
      listener_(std::in_place, executor, ears_, options_, [this](RoomNews news) { note(std::move(news)); }) {
    meeting_->least_confidence = options_.least_confidence;
}

RecordedRoom::~RecordedRoom() = default;

void RecordedRoom::keep_sound() {
    meeting_->keeps_sound = true;
}

awaitable<void> RecordedRoom::push(std::span<const audio::Sample> samples) {
    unjudged_.insert(unjudged_.end(), samples.begin(), samples.end());
    auto whole = unjudged_.size() / recorded_frame_samples;
    std::vector<engines::Activity> activities(whole);
    auto frames = std::span<const audio::Sample>(unjudged_).first(whole * recorded_frame_samples);
    if (detector_) {
        activities = co_await detector_->judge(frames);
    }
    for (const auto& activity : activities) {
        co_await hear(frames.first(recorded_frame_samples), activity);
        frames = frames.subspan(recorded_frame_samples);
    }
    unjudged_.erase(unjudged_.begin(),
                    unjudged_.begin() + static_cast<std::ptrdiff_t>(whole * recorded_frame_samples));
}

awaitable<void> RecordedRoom::hear(std::span<const audio::Sample> frame, engines::Activity activity) {
    while (meeting_->waiting > meeting_->places.count()) {
        co_await meeting_->news.wait();
    }
    meeting_->time.pass(recorded_frame);
    told_->tell(activity);
    listener_->push(frame);
}

void RecordedRoom::note(RoomNews news) {
    if (auto* loss = std::get_if<RoomLoss>(&news)) {
        tell_(std::move(loss->error));
        return;
    }
    auto* line = std::get_if<RoomLine>(&news);
    if (line == nullptr) {
        return;
    }
    RecordedLine recorded{.start = position_of(line->begin),
                          .end = position_of(line->end),
                          .transcript = std::move(line->transcript),
                          .sound = {}};
    auto& sounds = meeting_->sounds;
    if (auto sound = sounds.find(recorded.start); sound != sounds.end()) {
        recorded.sound = std::move(sound->second);
        // Those before it that came to nothing are not wanted any more either.
        sounds.erase(sounds.begin(), std::next(sound));
    }
    tell_(std::move(recorded));
}

awaitable<void> RecordedRoom::finish() {
    if (!unjudged_.empty()) {
        const std::vector<audio::Sample> rest(recorded_frame_samples - unjudged_.size());
        co_await push(rest);
    }
    // Whoever still speaks at the end is understood as far as they came.
    const std::vector<audio::Sample> silence(recorded_frame_samples);
    const engines::Activity nobody;
    for (auto time = recorded_frame; time <= options_.end_silence + recorded_frame; time += recorded_frame) {
        co_await hear(silence, nobody);
    }
    while (meeting_->waiting > 0) {
        co_await meeting_->news.wait();
    }
}

// Also where the caller was cancelled, and then the bell throws each time that somebody has gone.
awaitable<void> RecordedRoom::close() {
    listener_.reset();
    bool throws = co_await asio::this_coro::throw_if_cancelled();
    co_await asio::this_coro::throw_if_cancelled(false);
    while (meeting_->streams > 0) {
        try {
            co_await meeting_->news.wait();
        } catch (const boost::system::system_error&) {
        }
    }
    co_await asio::this_coro::throw_if_cancelled(throws);
}

}  // namespace repartee::hearing
