#include "devices/portaudio/portaudio_microphone.h"

#include "audio/resampler.h"
#include "devices/portaudio/capture_queue.h"
#include "devices/portaudio/choice.h"
#include "devices/portaudio/quiet.h"
#include "devices/portaudio/sample_ring.h"

#include <fmt/format.h>

#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <mutex>
#include <portaudio.h>
#include <unistd.h>

namespace repartee::devices::portaudio {

namespace {

using std::chrono::milliseconds;
using std::chrono::steady_clock;

// How often the ring is emptied, and how much it holds meanwhile.
constexpr milliseconds tick{20};
constexpr double ring_seconds = 2;
// The sound card may gather this much: less costs more wake-ups and gains nothing beside a tick.
constexpr double card_seconds = 0.03;
// A device that gives nothing for so long has gone, whatever its driver says.
constexpr milliseconds most_silence{2000};
// Between two looks for a device that is not there.
constexpr milliseconds first_pause{250};
constexpr milliseconds longest_pause{5000};
// Overruns are told in the log that often at most.
constexpr milliseconds log_interval{5000};
// For a device to be given back at the end. ALSA's plug-in for PulseAudio may wait for ever for a server that
// was killed while a stream was being opened.
constexpr milliseconds most_for_the_end{3000};
// For the sound systems to say what there is: some tenths of a second are usual.
constexpr milliseconds most_for_a_look{5000};
constexpr auto no_answer =
    "The sound system does not answer. Is another program holding it, or has its server died?";

std::mutex& library_mutex() {
    static std::mutex mutex;
    return mutex;
}

Error failure_of(PaError code, std::string_view what) {
    std::string detail = Pa_GetErrorText(code);
    if (code == paUnanticipatedHostError) {
        const auto* host = Pa_GetLastHostErrorInfo();
        detail += fmt::format(": {}", host != nullptr && host->errorText != nullptr ? host->errorText : "");
    }
    return {ErrorKind::Unavailable, fmt::format("{}: {}.", what, Pa_GetErrorText(code)), detail};
}

// The library, for as long as somebody uses it: it knows the devices that there were when the first came.
class Library {
public:
    Library() {
        std::lock_guard lock(library_mutex());
        if (auto code = Pa_Initialize(); code != paNoError) {
            throw Failure(failure_of(code, "The sound system cannot be used"));
        }
    }
    ~Library() {
        std::lock_guard lock(library_mutex());
        Pa_Terminate();
    }
    Library(const Library&) = delete;
    Library& operator=(const Library&) = delete;
};

std::vector<AudioInput> inputs_of(const Library&) {
    std::vector<AudioInput> inputs;
    auto default_input = Pa_GetDefaultInputDevice();
    for (PaDeviceIndex index = 0; index < Pa_GetDeviceCount(); ++index) {
        const auto* device = Pa_GetDeviceInfo(index);
        if (device == nullptr || device->maxInputChannels <= 0) {
            continue;
        }
        const auto* system = Pa_GetHostApiInfo(device->hostApi);
        inputs.push_back({.number = index,
                          .name = device->name != nullptr ? device->name : "",
                          .system = system != nullptr ? system->name : "",
                          .channels = device->maxInputChannels,
                          .rate = device->defaultSampleRate,
                          .is_default = index == default_input});
    }
    return inputs;
}

// An input that is open, and its sound on its way.
class Stream {
public:
    // Throws Failure.
    Stream(const AudioInput& input, const PortAudioSettings& settings) {
        PaError code = paInvalidDevice;
        for (int channels : channels_to_try(static_cast<int>(settings.channels), input.channels)) {
            for (int rate : rates_to_try(static_cast<int>(settings.rate), input.rate)) {
                code = open(input, channels, rate);
                if (code == paNoError) {
                    return;
                }
            }
        }
        throw Failure(failure_of(code, fmt::format("The microphone '{}' cannot be opened", input.name)));
    }
    ~Stream() {
        Pa_AbortStream(stream_);
        Pa_CloseStream(stream_);
    }
    Stream(const Stream&) = delete;
    Stream& operator=(const Stream&) = delete;

    bool active() const { return Pa_IsStreamActive(stream_) == 1; }
    int rate() const { return rate_; }
    int channels() const { return channels_; }
    SampleRing& ring() { return *ring_; }

private:
    PaError open(const AudioInput& input, int channels, int rate) {
        const auto* device = Pa_GetDeviceInfo(input.number);
        if (device == nullptr) {
            return paInvalidDevice;
        }
        channels_ = channels;
        rate_ = rate;
        ring_ = std::make_unique<SampleRing>(static_cast<std::size_t>(ring_seconds * rate) *
                                             static_cast<std::size_t>(channels));
        PaStreamParameters parameters{
            .device = input.number,
            .channelCount = channels,
            .sampleFormat = paInt16,
            .suggestedLatency = std::max(card_seconds, device->defaultLowInputLatency),
            .hostApiSpecificStreamInfo = nullptr};
        auto code = Pa_OpenStream(&stream_, &parameters, nullptr, rate, paFramesPerBufferUnspecified,
                                  paClipOff | paDitherOff, take, this);
        if (code != paNoError) {
            return code;
        }
        code = Pa_StartStream(stream_);
        if (code != paNoError) {
            Pa_CloseStream(stream_);
        }
        return code;
    }

    // In PortAudio's thread: no lock, no memory, no system call.
    static int take(const void* input, void*, unsigned long frames, const PaStreamCallbackTimeInfo*,
                    PaStreamCallbackFlags flags, void* self) {
        auto& stream = *static_cast<Stream*>(self);
        if ((flags & paInputOverflow) != 0) {
            stream.ring_->note_overrun();
        }
        if (input != nullptr) {
            auto count = static_cast<std::size_t>(frames) * static_cast<std::size_t>(stream.channels_);
            stream.ring_->write({static_cast<const audio::Sample*>(input), count});
        }
        return paContinue;
    }

    PaStream* stream_ = nullptr;
    std::unique_ptr<SampleRing> ring_;
    int channels_ = 1;
    int rate_ = audio::speech_rate;
};

// Signals are for the threads that expect them; what the libraries begin from here inherits that.
void block_signals() {
    sigset_t all;
    sigfillset(&all);
    pthread_sigmask(SIG_BLOCK, &all, nullptr);
}

bool may_use_sound_cards() {
    std::error_code ignored;
    for (const auto& entry : std::filesystem::directory_iterator("/dev/snd", ignored)) {
        if (entry.path().filename().string().starts_with("pcm") &&
            ::access(entry.path().c_str(), R_OK) != 0) {
            return false;
        }
    }
    return true;
}

std::string advice() {
    if (!may_use_sound_cards()) {
        return "There are sound cards that this user may not use: add the user to the group `audio`.";
    }
    return "Connect one, or let the sound server (PulseAudio, PipeWire) run for the user of this program; in "
           "a "
           "container, hand in /dev/snd or the server's socket (PULSE_SERVER). `repartee devices` lists what "
           "there is.";
}

}  // namespace

// Locked by `mutex`.
struct PortAudioMicrophone::Desk {
    std::mutex mutex;
    std::condition_variable_any changed;
    std::shared_ptr<CaptureQueue> wanted;
    bool thread_ended = false;

    // False: it is over, or nobody listens there any more.
    bool wait(const CaptureQueue& queue, const std::stop_token& stop, milliseconds length) {
        std::unique_lock lock(mutex);
        const auto is_over = [&] { return queue.abandoned(); };
        return !changed.wait_for(lock, stop, length, is_over) && !stop.stop_requested();
    }
};

namespace {

class PortAudioCapture final : public Capture {
public:
    PortAudioCapture(std::shared_ptr<PortAudioMicrophone::Desk> desk, std::shared_ptr<CaptureQueue> queue)
        : desk_(std::move(desk)), queue_(std::move(queue)) {}
    ~PortAudioCapture() override {
        std::lock_guard lock(desk_->mutex);
        queue_->abandon();
        desk_->changed.notify_all();
    }

    awaitable<Captured> next() override { return queue_->next(); }

private:
    std::shared_ptr<PortAudioMicrophone::Desk> desk_;
    std::shared_ptr<CaptureQueue> queue_;
};

// Block, perhaps for ever.
std::vector<AudioInput> inputs_now(const PortAudioSettings& settings) {
    Library library;
    auto inputs = inputs_of(library);
    if (auto choice = chosen(inputs, settings.microphone)) {
        for (auto& input : inputs) {
            input.is_chosen = input.number == choice->number;
        }
    }
    return inputs;
}

std::string complaint_now(const PortAudioSettings& settings) {
    try {
        Library library;
        auto inputs = inputs_of(library);
        auto choice = chosen(inputs, settings.microphone);
        if (!choice) {
            return inputs.empty() ? choice.error().message + " " + advice() : choice.error().message;
        }
        Stream stream(*choice, settings);
        return {};
    } catch (const Failure& failure) {
        return failure.error().message;
    }
}

}  // namespace

struct PortAudioMicrophone::Work {
    const PortAudioSettings settings;
    const Log log;
    const std::shared_ptr<Desk> desk;

    void run(const std::stop_token& stop) const;
    void serve(CaptureQueue& queue, const std::stop_token& stop) const;
    // Until nobody listens any more, which is no error, or the device has gone. `opened`: it had been there.
    Result<void> capture(CaptureQueue& queue, const std::stop_token& stop, bool& opened) const;
};

PortAudioMicrophone::PortAudioMicrophone(const PortAudioSettings& settings, Log log)
    : settings_(settings),
      log_(log.with({{"device", "microphone"}})),
      desk_(std::make_shared<Desk>()),
      thread_() {
    quieten_sound_libraries();
}

PortAudioMicrophone::~PortAudioMicrophone() {
    if (!thread_.joinable()) {
        return;
    }
    thread_.request_stop();
    std::unique_lock lock(desk_->mutex);
    if (!desk_->changed.wait_for(lock, most_for_the_end, [&] { return desk_->thread_ended; })) {
        log_.warning("the sound system does not answer any more and is left to itself");
        thread_.detach();  // it owns all it touches
    }
}

std::vector<AudioInput> PortAudioMicrophone::inputs() {
    auto inputs = aside_.within(most_for_a_look, [settings = settings_] {
        block_signals();
        return inputs_now(settings);
    });
    if (!inputs) {
        throw Failure(ErrorKind::Unavailable, no_answer);
    }
    return *std::move(inputs);
}

std::string PortAudioMicrophone::wanted() const {
    return settings_.microphone.empty() ? "the default microphone"
                                        : fmt::format("the microphone '{}'", settings_.microphone);
}

std::string PortAudioMicrophone::complaint() {
    auto complaint = aside_.within(most_for_a_look, [settings = settings_] {
        block_signals();
        return complaint_now(settings);
    });
    return complaint.value_or(no_answer);
}

std::unique_ptr<Capture> PortAudioMicrophone::open(const Executor& executor) {
    auto queue = std::make_shared<CaptureQueue>(executor);
    {
        std::lock_guard lock(desk_->mutex);
        desk_->wanted = queue;
        desk_->changed.notify_all();
    }
    if (!thread_.joinable()) {
        thread_ = std::jthread([work = Work{settings_, log_, desk_}](const std::stop_token& stop) {
            block_signals();
            work.run(stop);
            std::lock_guard lock(work.desk->mutex);
            work.desk->thread_ended = true;
            work.desk->changed.notify_all();
        });
    }
    return std::make_unique<PortAudioCapture>(desk_, std::move(queue));
}

void PortAudioMicrophone::Work::run(const std::stop_token& stop) const {
    while (!stop.stop_requested()) {
        std::shared_ptr<CaptureQueue> queue;
        {
            std::unique_lock lock(desk->mutex);
            desk->changed.wait(lock, stop, [&] { return desk->wanted != nullptr; });
            queue = std::exchange(desk->wanted, nullptr);
        }
        if (queue) {
            serve(*queue, stop);
        }
    }
}

void PortAudioMicrophone::Work::serve(CaptureQueue& queue, const std::stop_token& stop) const {
    auto pause = first_pause;
    std::string told;  // of the present outage
    while (!queue.abandoned() && !stop.stop_requested()) {
        bool opened = false;
        auto ended = capture(queue, stop, opened);
        if (ended) {
            log.info("microphone closed");
            return;
        }
        if (opened) {
            pause = first_pause;
            told.clear();
        }
        if (ended.error().message != told) {
            told = ended.error().message;
            log.warning("no microphone", {{"reason", told}, {"detail", ended.error().detail}});
            queue.push(Gone{ended.error()});
        }
        if (!desk->wait(queue, stop, pause)) {
            return;
        }
        pause = std::min(2 * pause, longest_pause);
    }
}

Result<void> PortAudioMicrophone::Work::capture(CaptureQueue& queue, const std::stop_token& stop,
                                                bool& opened) const {
    try {
        Library library;
        auto inputs = inputs_of(library);
        auto choice = chosen(inputs, settings.microphone);
        if (!choice) {
            auto error = choice.error();
            error.kind = ErrorKind::Unavailable;
            return error;
        }
        Stream stream(*choice, settings);
        audio::Resampler resampler(stream.rate(), audio::speech_rate);
        opened = true;
        log.info("microphone open",
                 {{"name", choice->name}, {"rate", stream.rate()}, {"channels", stream.channels()}});
        queue.push(Opened{choice->name});

        std::vector<audio::Sample> interleaved;
        std::vector<audio::Sample> mono;
        Sound sound;
        auto heard_at = steady_clock::now();
        auto logged_at = heard_at - log_interval;
        milliseconds lost{0};
        int overruns = 0;
        while (desk->wait(queue, stop, tick)) {
            auto now = steady_clock::now();
            interleaved.clear();
            mono.clear();
            stream.ring().read(interleaved);
            if (auto samples = stream.ring().take_lost(); samples > 0) {
                auto frames = samples / static_cast<std::uint64_t>(stream.channels());
                auto length = milliseconds(frames * 1000 / static_cast<std::uint64_t>(stream.rate()));
                sound.lost += length;
                sound.overruns += 1;
                lost += length;
                overruns += 1;
            }
            auto of_card = static_cast<int>(stream.ring().take_overruns());
            sound.overruns += of_card;
            overruns += of_card;
            if (overruns > 0 && now - logged_at >= log_interval) {
                log.warning("sound of the microphone is lost",
                            {{"overruns", overruns}, {"lost_ms", lost.count()}});
                logged_at = now;
                overruns = 0;
                lost = {};
            }
            if (!interleaved.empty()) {
                heard_at = now;
                mix_down(interleaved, stream.channels(), mono);
                resampler.push(mono, sound.samples);
            }
            if (!sound.samples.empty()) {
                queue.push(std::exchange(sound, {}));
            }
            if (!stream.active() || now - heard_at > most_silence) {
                return Error{ErrorKind::Unavailable,
                             fmt::format("The microphone '{}' has gone.", choice->name),
                             stream.active() ? "no sound came from it" : "its stream has ended"};
            }
        }
        return {};
    } catch (const Failure& failure) {
        return failure.error();
    }
}

}  // namespace repartee::devices::portaudio
