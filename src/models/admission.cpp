#include "models/admission.h"

#include "models/checksum.h"
#include "models/manifest.h"

#include <fmt/format.h>

#include <fstream>
#include <mutex>

namespace repartee::models {

namespace {

namespace fs = std::filesystem;

// Of a file at a time: a few milliseconds of summing, so that a stop is heeded soon.
constexpr std::size_t piece_bytes = 1 << 20;

// A file being read from one end to the other.
class Summing {
public:
    Summing(fs::path path, const FileIdentity& identity)
        : path_(std::move(path)), identity_(identity), file_(path_, std::ios::binary) {}

    const fs::path& path() const { return path_; }
    const FileIdentity& identity() const { return identity_; }
    std::uintmax_t done() const { return done_; }
    std::string sum() const { return sum_.text(); }

    // False when there is more to read.
    bool go_on() {
        piece_.resize(piece_bytes);
        file_.read(piece_.data(), static_cast<std::streamsize>(piece_.size()));
        auto count = static_cast<std::size_t>(file_.gcount());
        sum_.add(std::string_view(piece_).substr(0, count));
        done_ += count;
        if (file_) {
            return false;
        }
        if (!file_.eof()) {
            throw Failure(ErrorKind::NotFound, fmt::format("{}: it cannot be read.", path_.string()));
        }
        return true;
    }

private:
    fs::path path_;
    FileIdentity identity_;
    std::ifstream file_;
    std::string piece_;
    Checksum sum_{Checksum::Kind::Sha256};
    std::uintmax_t done_ = 0;
};

Failure damaged(const fs::path& path, std::string_view how, std::string detail) {
    return {ErrorKind::Malformed, fmt::format("{}: it is not what was fetched: {}.", path.string(), how),
            std::move(detail)};
}

std::optional<RecordedFile> recorded(const fs::path& path) {
    auto record = read_record(path.parent_path());
    auto entry = record.find(path.filename().string());
    return entry == record.end() ? std::nullopt : std::optional(std::move(entry->second));
}

// Where it cannot be written the sum is computed anew the next time, and that is all.
void remember(const fs::path& path, RecordedFile& file) {
    try {
        change_record(path.parent_path(), [&](Record& record) {
            auto entry = record.find(path.filename().string());
            if (entry != record.end() && entry->second.sha256 == file.sha256) {
                entry->second = file;
            }
        });
    } catch (const Failure& failure) {
        if (failure.error().kind != ErrorKind::Unavailable) {
            throw;
        }
    }
}

// One file on its way in. What has been read of it stays read from one call to the next.
class Entrance {
public:
    // Reads on as long as `may_go_on` says so; nothing when that was too short.
    std::optional<Admitted> try_to_admit(const fs::path& path, const AdmissionOptions& options,
                                         const std::function<bool()>& may_go_on) {
        Admitted admitted{.file = examine(path), .record = recorded(path)};
        if (!admitted.record) {
            return admitted;
        }
        auto& known = *admitted.record;
        auto identity = FileIdentity::of(path).value_or(FileIdentity{});
        if (identity.bytes != known.bytes) {
            throw damaged(path, fmt::format("it has {} bytes and had {}", identity.bytes, known.bytes), {});
        }
        if (options.look_anew || known.looked_at != identity) {
            if (!read_through(path, identity, options, may_go_on)) {
                return std::nullopt;
            }
            known.looked_at = identity;
            known.found_sha256 = summing_->sum();
            summing_.reset();
            remember(path, known);
        }
        if (known.found_sha256 != known.sha256) {
            throw damaged(path, "its sum is another",
                          fmt::format("SHA-256 {}, recorded {}", known.found_sha256, known.sha256));
        }
        return admitted;
    }

    std::uintmax_t done() const { return summing_ ? summing_->done() : 0; }

private:
    bool read_through(const fs::path& path, const FileIdentity& identity, const AdmissionOptions& options,
                      const std::function<bool()>& may_go_on) {
        if (!summing_ || summing_->path() != path || summing_->identity() != identity) {
            summing_.emplace(path, identity);
        }
        while (!summing_->go_on()) {
            if (options.on_progress) {
                options.on_progress(summing_->done());
            }
            if (!may_go_on()) {
                return false;
            }
        }
        return true;
    }

    std::optional<Summing> summing_;
};

}  // namespace

std::string advice_on(const Error& refusal, const fs::path& path) {
    if (refusal.kind == ErrorKind::Busy || refusal.kind == ErrorKind::Cancelled) {
        return {};
    }
    const auto* known = known_file(path.filename().string());
    return known != nullptr ? fmt::format("repartee models pull {}", known->name)
                            : fmt::format("remove {}, or put a whole one there", path.string());
}

Admitted admit(const fs::path& path, const std::stop_token& stop, const AdmissionOptions& options) {
    Entrance entrance;
    auto admitted = entrance.try_to_admit(path, options, [&] { return !stop.stop_requested(); });
    if (!admitted) {
        throw Failure(ErrorKind::Cancelled,
                      fmt::format("{}: nobody waits for its sum any more.", path.string()));
    }
    return std::move(*admitted);
}

struct Admission::Work {
    std::mutex mutex;
    Entrance entrance;
};

Admission::Admission(WorkerPool& pool) : pool_(pool), work_(std::make_unique<Work>()) {}
Admission::~Admission() = default;

awaitable<Admitted> Admission::of(fs::path path, Duration patience) {
    auto look = [work = work_.get(), path = std::move(path), patience](const std::stop_token& stop) {
        std::lock_guard lock(work->mutex);
        auto by = std::chrono::steady_clock::now() + patience;
        auto admitted = work->entrance.try_to_admit(
            path, {}, [&] { return !stop.stop_requested() && std::chrono::steady_clock::now() < by; });
        if (!admitted) {
            auto size = std::max<std::uintmax_t>(1, FileIdentity::of(path).value_or(FileIdentity{}).bytes);
            throw Failure(ErrorKind::Busy,
                          fmt::format("{} is being looked through, {} % so far", path.filename().string(),
                                      work->entrance.done() * 100 / size));
        }
        return std::move(*admitted);
    };
    co_return co_await pool_.run(std::move(look));
}

}  // namespace repartee::models
