// Transcribes WAV files (16 kHz, mono, 16 bit) with libwhisper and prints one line for each:
// file, chance of "no speech", number of segments, start and end of the first and last of them in ms, text.
//
// Usage: check MODEL [--full] [--timestamps] [--no-flash] [--one-state] [--context-multiple N] [--no-speech]
//              WAV...
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <ggml-backend.h>
#include <iterator>
#include <string>
#include <vector>
#include <whisper.h>

namespace {

std::vector<float> read_wav(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    std::vector<char> bytes{std::istreambuf_iterator<char>(file), {}};
    if (bytes.size() < 44) {
        std::fprintf(stderr, "%s is no WAV file\n", path.c_str());
        std::exit(1);
    }
    std::vector<std::int16_t> samples((bytes.size() - 44) / 2);
    std::memcpy(samples.data(), bytes.data() + 44, samples.size() * 2);
    std::vector<float> result(samples.size());
    std::transform(samples.begin(), samples.end(), result.begin(),
                   [](std::int16_t s) { return s / 32768.0F; });
    return result;
}

// The chance of "no speech" at the end of the prompt. whisper_full's own figure is that of the prompt's first
// token, and is right for prompts of one token only.
double no_speech(whisper_context* context, whisper_state* state, const std::vector<float>& samples,
                 const std::vector<whisper_token>& prompt) {
    const int vocabulary = whisper_n_vocab(context);
    whisper_pcm_to_mel_with_state(context, state, samples.data(), static_cast<int>(samples.size()), 1);
    whisper_encode_with_state(context, state, 0, 1);
    whisper_decode_with_state(context, state, prompt.data(), static_cast<int>(prompt.size()), 0, 1);
    const float* logits = whisper_get_logits_from_state(state) + (prompt.size() - 1) * vocabulary;
    double sum = 0;
    for (int i = 0; i < vocabulary; ++i) {
        sum += std::exp(static_cast<double>(logits[i]));
    }
    return std::exp(static_cast<double>(logits[whisper_token_nosp(context)])) / sum;
}

}  // namespace

int main(int count, char** arguments) {
    std::vector<std::string> waves;
    const std::string model = count > 1 ? arguments[1] : "";
    bool full = false, timestamps = false, flash = true, one_state = false, measure_silence = false;
    int multiple = 1;
    for (int i = 2; i < count; ++i) {
        const std::string word = arguments[i];
        if (word == "--full")
            full = true;
        else if (word == "--timestamps")
            timestamps = true;
        else if (word == "--no-flash")
            flash = false;
        else if (word == "--no-speech")
            measure_silence = true;
        else if (word == "--one-state")
            one_state = true;
        else if (word == "--context-multiple")
            multiple = std::atoi(arguments[++i]);
        else
            waves.push_back(word);
    }
    whisper_log_set(
        [](ggml_log_level level, const char* text, void*) {
            if (level >= GGML_LOG_LEVEL_WARN && level != GGML_LOG_LEVEL_CONT)
                std::fputs(text, stderr);
        },
        nullptr);
#ifdef REPARTEE_GGML_BACK_ENDS
    ggml_backend_load_all_from_path(REPARTEE_GGML_BACK_ENDS);
#endif
    ggml_backend_load_all();
    auto settings = whisper_context_default_params();
    settings.use_gpu = false;
    settings.flash_attn = flash;
    whisper_context* context = whisper_init_from_file_with_params_no_state(model.c_str(), settings);
    if (context == nullptr)
        return 1;
    whisper_state* state = whisper_init_state(context);

    for (const auto& wave : waves) {
        if (!one_state) {
            whisper_free_state(state);
            state = whisper_init_state(context);
        }
        const auto samples = read_wav(wave);
        auto wishes = whisper_full_default_params(WHISPER_SAMPLING_GREEDY);
        wishes.n_threads = 1;
        wishes.temperature_inc = 0;
        wishes.print_progress = wishes.print_realtime = wishes.print_timestamps = false;
        wishes.no_timestamps = !timestamps;
        wishes.language = "en";
        if (!full) {
            const int needed = std::max(64, static_cast<int>(std::ceil(samples.size() / 320.0)) + 8);
            wishes.audio_ctx =
                std::min((needed + multiple - 1) / multiple * multiple, whisper_n_audio_ctx(context));
        }
        if (whisper_full_with_state(context, state, wishes, samples.data(),
                                    static_cast<int>(samples.size())) != 0)
            return 1;
        const int segments = whisper_full_n_segments_from_state(state);
        std::string text;
        for (int i = 0; i < segments; ++i)
            text += whisper_full_get_segment_text_from_state(state, i);
        const auto start = segments ? whisper_full_get_segment_t0_from_state(state, 0) * 10 : -1;
        const auto end = segments ? whisper_full_get_segment_t1_from_state(state, segments - 1) * 10 : -1;

        std::vector<whisper_token> prompt{whisper_token_sot(context)};
        if (!timestamps)
            prompt.push_back(whisper_token_not(context));
        const double silent = measure_silence ? no_speech(context, state, samples, prompt) : 0.0;
        std::printf("%s\t%.4f\t%d\t%ld\t%ld\t%s\n", wave.c_str(), silent, segments, static_cast<long>(start),
                    static_cast<long>(end), text.c_str());
    }
    whisper_free_state(state);
    whisper_free(context);
}
