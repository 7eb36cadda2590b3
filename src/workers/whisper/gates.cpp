#include "workers/whisper/gates.h"

#include <algorithm>
#include <array>
#include <span>
#include <vector>
#include <zlib.h>

namespace repartee::workers::whisper {

namespace {

// Of Whisper's reference decoder.
constexpr float most_no_speech = 0.6F;
constexpr float least_mean_log_prob = -1.0F;
constexpr float most_repetition = 2.4F;

// Our own. A short "no" has 150 ms of voice, also in a recording that is long and silent otherwise: so a
// small share of voice is a reason to doubt only where there is little of it in all. Less than two windows of
// the detector are none.
constexpr std::chrono::milliseconds least_voiced{60};
constexpr std::chrono::milliseconds little_voiced{250};
constexpr float least_share = 0.02F;
constexpr float doubtful_share = 0.25F;
constexpr float doubtful_no_speech = 0.3F;
constexpr float doubtful_mean_log_prob = -0.6F;

// Shorter texts repeat nothing that would tell.
constexpr std::size_t shortest_repetition = 24;

// Subtitles were among what it learned from, and the end of films, where nobody speaks.
struct Phantoms {
    std::string_view language;
    std::span<const std::string_view> phrases;
};

constexpr std::string_view english[] = {"you",
                                        "thank you",
                                        "thanks for watching",
                                        "thank you for watching",
                                        "thank you very much",
                                        "thank you so much for watching",
                                        "please subscribe",
                                        "please subscribe to my channel",
                                        "subscribe to my channel",
                                        "bye",
                                        "bye bye",
                                        "the end",
                                        "so",
                                        "oh",
                                        "subtitles by the amara org community",
                                        "see you in the next video",
                                        "i'll see you in the next video"};
constexpr std::string_view german[] = {"untertitel der amara org community",
                                       "untertitel im auftrag des zdf für funk 2017",
                                       "vielen dank",
                                       "vielen dank für's zuschauen",
                                       "danke fürs zuschauen",
                                       "bis zum nächsten mal",
                                       "tschüss"};
constexpr std::string_view french[] = {"sous titres réalisés par la communauté d'amara org",
                                       "sous titres réalisés para la communauté d'amara org",
                                       "merci d'avoir regardé cette vidéo", "merci",
                                       "sous titrage société radio canada"};
constexpr std::string_view spanish[] = {"subtítulos realizados por la comunidad de amara org",
                                        "subtítulos por la comunidad de amara org",
                                        "gracias por ver el video",
                                        "gracias por ver el vídeo",
                                        "gracias",
                                        "suscríbete al canal"};
constexpr std::string_view italian[] = {"sottotitoli creati dalla comunità amara org",
                                        "sottotitoli e revisione a cura di qtss",
                                        "grazie per aver guardato il video", "grazie"};
constexpr std::string_view portuguese[] = {"legendas pela comunidade amara org", "obrigado por assistir",
                                           "obrigado"};
constexpr std::string_view dutch[] = {"ondertitels ingediend door de amara org gemeenschap",
                                      "bedankt voor het kijken"};
constexpr std::string_view russian[] = {"продолжение следует", "спасибо за просмотр"};
constexpr std::string_view hindi[] = {"धन्यवाद", "शुक्रिया", "सब्सक्राइब करें"};
constexpr std::string_view japanese[] = {"ご視聴ありがとうございました", "ご視聴ありがとうございます"};
constexpr std::string_view korean[] = {"시청해주셔서 감사합니다", "구독과 좋아요 부탁드립니다"};
constexpr std::string_view chinese[] = {"请不吝点赞 订阅 转发 打赏支持明镜与点点栏目",
                                        "字幕由 amara org 社群提供", "谢谢观看"};

constexpr Phantoms all_phantoms[] = {{"en", english}, {"de", german},     {"fr", french}, {"es", spanish},
                                     {"it", italian}, {"pt", portuguese}, {"nl", dutch},  {"ru", russian},
                                     {"hi", hindi},   {"ja", japanese},   {"ko", korean}, {"zh", chinese}};

// Lower case in ASCII, words parted by single spaces, no punctuation but apostrophes.
std::string plain(std::string_view text) {
    constexpr std::string_view marks = " \t\n.,;:!?\"()[]-";
    std::string plain;
    bool gap = false;
    for (std::size_t at = 0; at < text.size(); ++at) {
        char c = text[at];
        // The full stops and exclamation marks of scripts that have their own.
        bool wide_mark = text.substr(at).starts_with("。") || text.substr(at).starts_with("！") ||
                         text.substr(at).starts_with("।") || text.substr(at).starts_with("、");
        if (wide_mark || marks.find(c) != std::string_view::npos) {
            gap = !plain.empty();
            at += wide_mark ? 2 : 0;
            continue;
        }
        if (gap) {
            plain += ' ';
            gap = false;
        }
        plain += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    }
    return plain;
}

bool is_sparse(const VoiceHeard& voice, float share) {
    return voice.voiced < little_voiced && voice.share() < share;
}

}  // namespace

std::string_view name_of(Doubt doubt) {
    switch (doubt) {
        case Doubt::NobodySpoke: return "nobody spoke";
        case Doubt::NoVoice: return "no voice in the sound";
        case Doubt::Guesswork: return "guesswork";
        case Doubt::Repetition: return "the same words over and over";
        case Doubt::Phantom: return "what the model makes of silence";
    }
    return "";
}

std::optional<Doubt> doubt_in(const Evidence& evidence) {
    if (evidence.text.empty()) {
        return std::nullopt;  // nothing to doubt
    }
    if (evidence.voice &&
        (evidence.voice->voiced < least_voiced || is_sparse(*evidence.voice, least_share))) {
        return Doubt::NoVoice;
    }
    if (repetition(evidence.text) > most_repetition) {
        return Doubt::Repetition;
    }
    bool unsure = evidence.mean_log_prob < least_mean_log_prob;
    if (evidence.no_speech > most_no_speech && unsure) {
        return Doubt::NobodySpoke;
    }
    if (unsure) {
        return Doubt::Guesswork;
    }
    // Somebody may well say "thank you": it counts unless there is another reason to doubt it.
    bool doubtful = evidence.no_speech > doubtful_no_speech ||
                    evidence.mean_log_prob < doubtful_mean_log_prob ||
                    (evidence.voice && is_sparse(*evidence.voice, doubtful_share));
    if (doubtful && is_phantom(evidence.text, evidence.language)) {
        return Doubt::Phantom;
    }
    return std::nullopt;
}

float repetition(std::string_view text) {
    if (text.size() < shortest_repetition) {
        return 1;
    }
    uLongf size = ::compressBound(text.size());
    std::vector<Bytef> compressed(size);
    if (::compress(compressed.data(), &size, reinterpret_cast<const Bytef*>(text.data()), text.size()) !=
        Z_OK) {
        return 1;
    }
    return static_cast<float>(text.size()) / static_cast<float>(size);
}

bool is_phantom(std::string_view text, const Language& language) {
    auto spoken = plain(text);
    auto tag = primary_subtag(language);
    return std::ranges::any_of(all_phantoms, [&](const Phantoms& phantoms) {
        return (tag.empty() || tag == phantoms.language) &&
               std::ranges::find(phantoms.phrases, spoken) != phantoms.phrases.end();
    });
}

}  // namespace repartee::workers::whisper
