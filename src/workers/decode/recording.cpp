#include "workers/decode/recording.h"

#include "base/error.h"

extern "C" {
#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/channel_layout.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>
}

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <exception>
#include <memory>
#include <string>

namespace repartee::workers::decode {

namespace {

// What browsers, phones and people's folders hold. FFmpeg knows hundreds more, each of them code that
// somebody else's bytes would run through.
constexpr const char* containers = "matroska,webm,ogg,mov,mp4,m4a,mp3,flac,aac,wav";
constexpr const char* codecs = "opus,libopus,vorbis,aac,mp3float,mp3,flac,alac,pcm_s16le,pcm_s16be,pcm_f32le";

constexpr int io_piece = 32 << 10;  // bytes
constexpr int samples_at_once = audio::speech_rate / 10;
// How much of a file FFmpeg may read to find out what it is.
constexpr std::int64_t probe_bytes = 1 << 20;
// Damaged packets one after another before the rest is given up.
constexpr int most_damage = 500;

struct Free {
    void operator()(AVFormatContext* context) const { avformat_close_input(&context); }
    void operator()(AVCodecContext* context) const { avcodec_free_context(&context); }
    void operator()(AVPacket* packet) const { av_packet_free(&packet); }
    void operator()(AVFrame* frame) const { av_frame_free(&frame); }
    void operator()(SwrContext* resampler) const { swr_free(&resampler); }
    void operator()(AVIOContext* io) const {
        av_freep(&io->buffer);
        avio_context_free(&io);
    }
};
template <class T>
using Owned = std::unique_ptr<T, Free>;

std::string words_of(int error) {
    char words[AV_ERROR_MAX_STRING_SIZE] = {};
    av_strerror(error, words, sizeof words);
    return words;
}

Failure malformed(std::string detail) {
    return {ErrorKind::Malformed, "This recording cannot be read: it is damaged or empty.",
            std::move(detail)};
}

Failure unsupported(std::string detail) {
    return {ErrorKind::Unsupported, "This kind of audio is not supported.", std::move(detail)};
}

// The file as far as it has come, kept whole: some containers have their table of contents at the end.
class Bytes {
public:
    Bytes(const Source& source, std::size_t limit) : source_(source), limit_(limit) {}

    int read(std::uint8_t* into, int size) {
        fetch(position_ + 1);
        auto count = std::min<std::int64_t>(size, static_cast<std::int64_t>(bytes_.size()) - position_);
        if (count <= 0) {
            return AVERROR_EOF;
        }
        std::memcpy(into, bytes_.data() + position_, static_cast<std::size_t>(count));
        position_ += count;
        return static_cast<int>(count);
    }

    std::int64_t seek(std::int64_t offset, int whence) {
        if ((whence & AVSEEK_SIZE) != 0) {
            return ended_ ? static_cast<std::int64_t>(bytes_.size()) : AVERROR(ENOSYS);
        }
        whence &= ~AVSEEK_FORCE;
        if (whence == SEEK_CUR) {
            offset += position_;
        } else if (whence == SEEK_END) {
            fetch(static_cast<std::int64_t>(limit_) + 1);
            offset += static_cast<std::int64_t>(bytes_.size());
        }
        if (offset < 0 || offset > static_cast<std::int64_t>(limit_)) {
            return AVERROR(EINVAL);
        }
        position_ = offset;
        return position_;
    }

    bool too_large() const { return too_large_; }

    std::exception_ptr failure;

private:
    void fetch(std::int64_t until) {
        while (!ended_ && static_cast<std::int64_t>(bytes_.size()) < until) {
            auto piece = source_();
            ended_ = piece.empty();
            too_large_ = too_large_ || bytes_.size() + piece.size() > limit_;
            if (too_large_) {
                ended_ = true;
            } else {
                bytes_ += piece;
            }
        }
    }

    const Source& source_;
    std::size_t limit_;
    std::string bytes_;
    std::int64_t position_ = 0;
    bool ended_ = false;
    bool too_large_ = false;
};

// Exceptions wait until FFmpeg's frames are left.
int read_bytes(void* opaque, std::uint8_t* into, int size) {
    auto& bytes = *static_cast<Bytes*>(opaque);
    try {
        return bytes.read(into, size);
    } catch (...) {
        bytes.failure = std::current_exception();
        return AVERROR_EXTERNAL;
    }
}

std::int64_t seek_bytes(void* opaque, std::int64_t offset, int whence) {
    auto& bytes = *static_cast<Bytes*>(opaque);
    try {
        return bytes.seek(offset, whence);
    } catch (...) {
        bytes.failure = std::current_exception();
        return AVERROR_EXTERNAL;
    }
}

class Decoding {
public:
    Decoding(const Source& source, const Sink& sink, const Limits& limits)
        : bytes_(source, limits.file), sink_(sink), limits_(limits) {}

    void run() {
        open_file();
        open_codec();
        decode_packets();
        if (given_ == 0 && !unwanted_) {
            throw malformed("no sound in it");
        }
    }

private:
    void open_file() {
        auto* buffer = static_cast<std::uint8_t*>(av_malloc(io_piece));
        io_.reset(avio_alloc_context(buffer, io_piece, 0, &bytes_, &read_bytes, nullptr, &seek_bytes));
        auto* context = avformat_alloc_context();
        context->pb = io_.get();
        context->flags |= AVFMT_FLAG_CUSTOM_IO;
        context->probesize = probe_bytes;
        AVDictionary* options = nullptr;
        av_dict_set(&options, "format_whitelist", containers, 0);
        av_dict_set(&options, "codec_whitelist", codecs, 0);
        av_dict_set(&options, "protocol_whitelist", "", 0);
        int error = avformat_open_input(&context, nullptr, nullptr, &options);  // frees it when it fails
        av_dict_free(&options);
        file_.reset(error < 0 ? nullptr : context);
        check_source();
        if (error == AVERROR_INVALIDDATA) {
            throw malformed(words_of(error));
        }
        if (error < 0) {
            throw unsupported(words_of(error));
        }
        if (error = avformat_find_stream_info(file_.get(), nullptr); error < 0) {
            throw malformed(words_of(error));
        }
        check_source();
    }

    void open_codec() {
        const AVCodec* codec = nullptr;
        stream_ = av_find_best_stream(file_.get(), AVMEDIA_TYPE_AUDIO, -1, -1, &codec, 0);
        if (stream_ == AVERROR_STREAM_NOT_FOUND) {
            throw malformed("no audio track");
        }
        if (stream_ < 0 || codec == nullptr) {
            throw unsupported("no decoder for its audio track");
        }
        for (unsigned i = 0; i < file_->nb_streams; ++i) {
            file_->streams[i]->discard = static_cast<int>(i) == stream_ ? AVDISCARD_DEFAULT : AVDISCARD_ALL;
        }
        const auto* stream = file_->streams[stream_];
        codec_.reset(avcodec_alloc_context3(codec));
        codec_->thread_count = 1;
        codec_->pkt_timebase = stream->time_base;
        AVDictionary* options = nullptr;
        av_dict_set(&options, "codec_whitelist", codecs, 0);
        int error = avcodec_parameters_to_context(codec_.get(), stream->codecpar);
        error = error < 0 ? error : avcodec_open2(codec_.get(), codec, &options);
        av_dict_free(&options);
        if (error < 0) {
            throw unsupported(
                fmt::format("{}: {}", avcodec_get_name(stream->codecpar->codec_id), words_of(error)));
        }
    }

    void decode_packets() {
        Owned<AVPacket> packet(av_packet_alloc());
        int damage = 0;
        while (!unwanted_ && !bytes_.failure && damage < most_damage) {
            int error = av_read_frame(file_.get(), packet.get());
            if (error == AVERROR_EOF) {
                break;
            }
            if (error >= 0 && packet->stream_index == stream_) {
                error = avcodec_send_packet(codec_.get(), packet.get());
                receive_frames();
            }
            damage = error < 0 ? damage + 1 : 0;
            av_packet_unref(packet.get());
        }
        check_source();
        avcodec_send_packet(codec_.get(), nullptr);
        receive_frames();
        convert(nullptr);
        give(0);
    }

    void receive_frames() {
        Owned<AVFrame> frame(av_frame_alloc());
        while (!unwanted_ && avcodec_receive_frame(codec_.get(), frame.get()) >= 0) {
            adapt(*frame);
            convert(frame.get());
            give(samples_at_once);
            av_frame_unref(frame.get());
        }
    }

    // Frames may change their form within a file.
    void adapt(const AVFrame& frame) {
        if (frame.sample_rate < 1 || frame.ch_layout.nb_channels < 1) {
            throw malformed("a frame without rate or channels");
        }
        if (resampler_ && frame.sample_rate == rate_ && frame.format == format_ &&
            frame.ch_layout.nb_channels == channels_) {
            return;
        }
        convert(nullptr);
        rate_ = frame.sample_rate;
        format_ = frame.format;
        channels_ = frame.ch_layout.nb_channels;
        AVChannelLayout from{};
        AVChannelLayout mono{};
        av_channel_layout_default(&mono, 1);
        if (frame.ch_layout.order == AV_CHANNEL_ORDER_UNSPEC) {
            av_channel_layout_default(&from, channels_);
        } else {
            av_channel_layout_copy(&from, &frame.ch_layout);
        }
        SwrContext* resampler = nullptr;
        int error = swr_alloc_set_opts2(&resampler, &mono, AV_SAMPLE_FMT_S16, audio::speech_rate, &from,
                                        static_cast<AVSampleFormat>(format_), rate_, 0, nullptr);
        resampler_.reset(resampler);
        av_channel_layout_uninit(&from);
        if (error < 0 || swr_init(resampler_.get()) < 0) {
            throw unsupported("a channel layout or rate that cannot be converted");
        }
    }

    // Null: what the resampler still holds.
    void convert(const AVFrame* frame) {
        if (!resampler_) {
            return;
        }
        int count = frame != nullptr ? frame->nb_samples : 0;
        auto room = swr_get_out_samples(resampler_.get(), count);
        if (room <= 0) {
            return;
        }
        auto before = sound_.size();
        sound_.resize(before + static_cast<std::size_t>(room));
        auto* into = reinterpret_cast<std::uint8_t*>(sound_.data() + before);
        const auto** from =
            frame != nullptr ? const_cast<const std::uint8_t**>(frame->extended_data) : nullptr;
        int made = swr_convert(resampler_.get(), &into, room, from, count);
        sound_.resize(before + static_cast<std::size_t>(std::max(made, 0)));
    }

    // Hands over what has come together, once it is `least` samples.
    void give(std::size_t least) {
        if (unwanted_ || sound_.empty() || sound_.size() < least) {
            return;
        }
        given_ += sound_.size();
        if (audio::duration_of(given_, audio::speech_rate) > limits_.longest) {
            throw Failure(ErrorKind::TooLarge, "The recording is too long.");
        }
        unwanted_ = !sink_(sound_);
        sound_.clear();
    }

    void check_source() const {
        if (bytes_.failure) {
            std::rethrow_exception(bytes_.failure);
        }
        if (bytes_.too_large()) {
            throw Failure(ErrorKind::TooLarge, "The recording is too large.");
        }
    }

    Bytes bytes_;
    const Sink& sink_;
    Limits limits_;
    Owned<AVIOContext> io_;
    Owned<AVFormatContext> file_;
    Owned<AVCodecContext> codec_;
    Owned<SwrContext> resampler_;
    int stream_ = -1;
    int rate_ = 0;
    int format_ = -1;
    int channels_ = 0;
    std::vector<audio::Sample> sound_;
    std::size_t given_ = 0;
    bool unwanted_ = false;
};

}  // namespace

void decode(const Source& source, const Sink& sink, const Limits& limits) {
    av_log_set_level(AV_LOG_QUIET);
    Decoding(source, sink, limits).run();
}

}  // namespace repartee::workers::decode
