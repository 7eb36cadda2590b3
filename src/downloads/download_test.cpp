#include "downloads/download.h"

#include "base/bell.h"
#include "base/task.h"
#include "base/together.h"
#include "downloads/part_file.h"
#include "downloads/test_folder.h"
#include "models/checksum.h"
#include "models/test_files.h"
#include "net/test_peer.h"

#include <gmock/gmock.h>

#include <functional>
#include <vector>

namespace repartee::downloads {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string sum_of(models::Checksum::Kind kind, std::string_view bytes) {
    models::Checksum sum(kind);
    sum.add(bytes);
    return sum.text();
}

class Notes final : public Watcher {
public:
    void begun(std::uintmax_t from, std::optional<std::uintmax_t>) override { begun_at.push_back(from); }
    void come(std::uintmax_t bytes) override {
        all += bytes;
        if (on_come) {
            on_come();
        }
    }
    void interrupted(const Error& why, std::chrono::milliseconds) override { troubles.push_back(why); }

    std::vector<std::uintmax_t> begun_at;
    std::uintmax_t all = 0;
    std::vector<Error> troubles;
    std::function<void()> on_come;
};

class DownloadTest : public FolderTest {
protected:
    // A model of 6 MiB, so that there is something to break off in the middle of.
    static std::string model() { return models::gguf_file() + std::string(6 << 20, '\0'); }

    Order order() {
        return {.address = peer_.url("/model"),
                .target = folder_ / "model.gguf",
                .kind = models::ModelKind::Gguf,
                .about_bytes = model().size(),
                .patience = 10s,
                .first_pause = 1ms};
    }

    // What the peer says on one connection after the other; each is closed behind it. A client that has had
    // enough may leave in the middle.
    using Line = std::function<awaitable<void>(net::PeerConnection&)>;

    awaitable<void> serve(std::vector<Line> lines) {
        for (auto& line : lines) {
            auto connection = co_await peer_.accept();
            requests_.push_back(co_await connection.request());
            try {
                co_await line(connection);
            } catch (const boost::system::system_error& error) {
                if (error.code() == asio::error::operation_aborted) {
                    throw;
                }
            }
        }
    }

    static Line saying(std::string bytes) {
        return [bytes = std::move(bytes)](net::PeerConnection& connection) { return connection.say(bytes); };
    }

    static Line whole(const std::string& body, std::string_view headers = "ETag: \"v1\"\r\n") {
        return saying(fmt::format("HTTP/1.1 200 OK\r\n{}Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                                  headers, body.size(), body));
    }

    // The end of it is missing.
    static Line cut_off(const std::string& body, std::size_t after) {
        return saying(fmt::format("HTTP/1.1 200 OK\r\nETag: \"v1\"\r\nContent-Length: {}\r\n\r\n{}",
                                  body.size(), body.substr(0, after)));
    }

    static Line rest(const std::string& body, std::size_t from) {
        return saying(
            fmt::format("HTTP/1.1 206 Partial Content\r\nETag: \"v1\"\r\nContent-Range: bytes {}-{}/{}\r\n"
                        "Content-Length: {}\r\nConnection: close\r\n\r\n{}",
                        from, body.size() - 1, body.size(), body.size() - from, body.substr(from)));
    }

    // The record's entry of what was fetched, or the failure.
    Result<models::RecordedFile> fetch(Order order, std::vector<Line> lines) {
        Result<models::RecordedFile> result = Error{};
        auto ask = [&]() -> awaitable<void> {
            try {
                result = co_await download(client_, pool_, clock_, order, notes_);
            } catch (const Failure& failure) {
                result = failure.error();
            }
        };
        auto peer_side = serve(std::move(lines));
        net::run_to_end(context_, together(ask(), std::move(peer_side)));
        return result;
    }

    bool is_there() const { return std::filesystem::exists(folder_ / "model.gguf"); }

    asio::io_context context_;
    SystemClock clock_;
    WorkerPool pool_{1, 4};
    net::TestPeer peer_{context_};
    net::HttpClient client_{clock_, nullptr};
    Notes notes_;
    std::vector<std::string> requests_;
};

TEST_F(DownloadTest, AFileWhoseSumIsPublishedIsRecordedAsThatFile) {
    auto wanted = order();
    wanted.sha1 = sum_of(models::Checksum::Kind::Sha1, model());
    auto file = fetch(wanted, {whole(model())}).value();
    EXPECT_TRUE(file.as_published);
    EXPECT_EQ(file.sha256, sum_of(models::Checksum::Kind::Sha256, model()));
    EXPECT_EQ(text_of(wanted.target), model());
    auto record = models::read_record(folder_);
    EXPECT_EQ(record.at("model.gguf"), file);
    EXPECT_EQ(file.looked_at, models::FileIdentity::of(wanted.target));
    EXPECT_EQ(notes_.all, model().size());
    EXPECT_EQ(files(), 2U);
}

TEST_F(DownloadTest, WithoutAPublishedSumThatOfTheFirstDownloadCounts) {
    auto file = fetch(order(), {whole(model())}).value();
    EXPECT_FALSE(file.as_published);
    EXPECT_EQ(file.sha256, sum_of(models::Checksum::Kind::Sha256, model()));
}

TEST_F(DownloadTest, AFileWithAnotherSumIsThrownAway) {
    auto wanted = order();
    wanted.sha1 = std::string(40, 'a');
    auto error = fetch(wanted, {whole(model())}).error();
    EXPECT_EQ(error.kind, ErrorKind::Malformed);
    EXPECT_THAT(error.message,
                AllOf(HasSubstr("its sum is another"), HasSubstr("thrown away"), HasSubstr(wanted.sha1)));
    EXPECT_EQ(files(), 0U);
}

TEST_F(DownloadTest, WhatIsNoModelIsThrownAway) {
    auto error = fetch(order(), {whole("just a text, whatever its type says")}).error();
    EXPECT_THAT(error.message, HasSubstr("is not the model that was asked for"));
    EXPECT_EQ(files(), 0U);
    auto another_kind = fetch(order(), {whole(models::whisper_file())}).error();
    EXPECT_THAT(another_kind.message, HasSubstr("another kind (Whisper)"));
    EXPECT_EQ(files(), 0U);
}

TEST_F(DownloadTest, ABrokenConnectionIsGoneOnWithAtTheByteWhereItBroke) {
    auto half = model().size() / 2;
    auto file = fetch(order(), {cut_off(model(), half), rest(model(), half)}).value();
    EXPECT_EQ(file.sha256, sum_of(models::Checksum::Kind::Sha256, model()));
    EXPECT_THAT(requests_[1],
                AllOf(HasSubstr(fmt::format("Range: bytes={}-\r\n", half)), HasSubstr("If-Range: \"v1\"\r\n"),
                      HasSubstr("Accept-Encoding: identity")));
    EXPECT_THAT(notes_.begun_at, testing::ElementsAre(0, half));
    EXPECT_EQ(notes_.troubles.size(), 1U);
}

TEST_F(DownloadTest, AnotherRunGoesOnWithIt) {
    auto half = model().size() / 2;
    auto impatient = order();
    impatient.attempts = 1;
    EXPECT_EQ(fetch(impatient, {cut_off(model(), half)}).error().kind, ErrorKind::ProviderBroke);
    EXPECT_FALSE(is_there());
    EXPECT_EQ(fetch(order(), {rest(model(), half)}).value().bytes, model().size());
    EXPECT_EQ(text_of(folder_ / "model.gguf"), model());
}

TEST_F(DownloadTest, AFileThatHasChangedMeanwhileIsFetchedAnew) {
    auto other = models::gguf_file() + std::string(1 << 20, 'x');
    auto file =
        fetch(order(), {cut_off(model(), model().size() / 2), whole(other, "ETag: \"v2\"\r\n")}).value();
    EXPECT_EQ(file.sha256, sum_of(models::Checksum::Kind::Sha256, other));
    EXPECT_THAT(notes_.begun_at, testing::ElementsAre(0, 0));
}

TEST_F(DownloadTest, APartThatNobodyAskedForIsNotPutBehindOurs) {
    auto half = model().size() / 2;
    auto file = fetch(order(), {cut_off(model(), half), rest(model(), half + 1), whole(model())}).value();
    EXPECT_EQ(file.sha256, sum_of(models::Checksum::Kind::Sha256, model()));
    EXPECT_THAT(requests_[2], Not(HasSubstr("Range:")));
}

TEST_F(DownloadTest, WhatWasWholeAlreadyIsNotFetchedAgain) {
    {
        PartFile part(folder_ / "model.gguf");
        part.begin(order().address, "\"v1\"");
        part.append(model());
    }
    auto nothing_behind = fmt::format(
        "HTTP/1.1 416 Range Not Satisfiable\r\nContent-Range: bytes */{}\r\nContent-Length: 0\r\n\r\n",
        model().size());
    EXPECT_EQ(fetch(order(), {saying(nothing_behind)}).value().bytes, model().size());
}

TEST_F(DownloadTest, WithoutAnEtagItBeginsAgain) {
    auto weak = saying(fmt::format("HTTP/1.1 200 OK\r\nETag: W/\"v1\"\r\nContent-Length: {}\r\n\r\n{}",
                                   model().size(), model().substr(0, 1 << 20)));
    auto impatient = order();
    impatient.attempts = 2;
    fetch(impatient, {weak, weak});
    EXPECT_TRUE(fetch(order(), {whole(model())}));
    ASSERT_EQ(requests_.size(), 3U);
    for (const auto& request : requests_) {
        EXPECT_THAT(request, Not(HasSubstr("Range:")));
    }
}

TEST_F(DownloadTest, AServerThatFallsSilentIsAskedAgain) {
    auto half = model().size() / 2;
    auto impatient = order();
    impatient.patience = 100ms;
    auto silent = [&](net::PeerConnection& connection) -> awaitable<void> {
        auto saying_half = cut_off(model(), half);
        co_await saying_half(connection);
        co_await connection.until_closed();
    };
    EXPECT_TRUE(fetch(impatient, {silent, rest(model(), half)}));
    ASSERT_EQ(notes_.troubles.size(), 1U);
    EXPECT_EQ(notes_.troubles[0].kind, ErrorKind::ProviderLate);
}

TEST_F(DownloadTest, AttemptsThatBringNothingAreCounted) {
    auto wanted = order();
    wanted.attempts = 3;
    auto error =
        fetch(wanted,
              std::vector(3, saying("HTTP/1.1 503 Busy\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")))
            .error();
    EXPECT_EQ(error.kind, ErrorKind::Busy);
    EXPECT_EQ(notes_.troubles.size(), 2U);
    EXPECT_EQ(files(), 0U);
}

TEST_F(DownloadTest, ThoseThatBringSomethingAreNot) {
    constexpr std::size_t step = 1 << 20;
    auto wanted = order();
    wanted.attempts = 2;
    std::vector<Line> lines{cut_off(model(), step)};
    for (std::size_t from = step; from < 5 * step; from += step) {
        lines.push_back(saying(fmt::format(
            "HTTP/1.1 206 Partial Content\r\nContent-Range: bytes {}-{}/{}\r\n"
            "Content-Length: {}\r\n\r\n{}",
            from, model().size() - 1, model().size(), model().size() - from, model().substr(from, step))));
    }
    lines.push_back(rest(model(), 5 * step));
    EXPECT_TRUE(fetch(wanted, lines));
    EXPECT_EQ(notes_.troubles.size(), 5U);
}

TEST_F(DownloadTest, AFileThatIsNotThereIsNotAskedForAgain) {
    auto error =
        fetch(order(), {saying("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")})
            .error();
    EXPECT_EQ(error.kind, ErrorKind::NotFound);
    EXPECT_THAT(error.message, HasSubstr(order().address));
    EXPECT_TRUE(notes_.troubles.empty());
}

TEST_F(DownloadTest, NobodyThereIsToldAtOnce) {
    auto wanted = order();
    wanted.address = "http://127.0.0.1:9/model";
    EXPECT_EQ(fetch(wanted, {}).error().kind, ErrorKind::Unavailable);
    EXPECT_TRUE(notes_.troubles.empty());
}

TEST_F(DownloadTest, PlainHttpFromElsewhereIsRefused) {
    auto wanted = order();
    wanted.address = "http://hub.example/model";
    EXPECT_EQ(fetch(wanted, {}).error().kind, ErrorKind::Forbidden);
    EXPECT_EQ(files(), 0U);
}

TEST_F(DownloadTest, MoreThanItCouldBeIsNotFetched) {
    auto wanted = order();
    wanted.about_bytes = 1 << 20;
    auto error = fetch(wanted, {whole(model())}).error();
    EXPECT_EQ(error.kind, ErrorKind::Malformed);
    EXPECT_EQ(files(), 0U);
}

TEST_F(DownloadTest, EvenWhenTheServerDoesNotSayHowMuchItIs) {
    auto wanted = order();
    wanted.about_bytes = 1 << 20;
    auto error = fetch(wanted, {saying("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + model())}).error();
    EXPECT_EQ(error.kind, ErrorKind::Malformed);
    EXPECT_EQ(files(), 0U);
}

TEST_F(DownloadTest, WithoutRoomOnTheDiskNothingIsAskedFor) {
    auto wanted = order();
    wanted.least_free = std::uintmax_t{1} << 60;
    auto error = fetch(wanted, {}).error();
    EXPECT_EQ(error.kind, ErrorKind::TooLarge);
    EXPECT_THAT(error.message, AllOf(HasSubstr(folder_.string()), HasSubstr("REPARTEE_DATA_DIR")));
    EXPECT_EQ(files(), 0U);
}

TEST_F(DownloadTest, WhoComesSecondIsToldSo) {
    PartFile first(folder_ / "model.gguf");
    EXPECT_EQ(fetch(order(), {}).error().kind, ErrorKind::Conflict);
}

TEST_F(DownloadTest, CancellingKeepsWhatHasCome) {
    auto half = model().size() / 2;
    auto wanted = order();
    auto ask = [&]() -> awaitable<void> { co_await download(client_, pool_, clock_, wanted, notes_); };
    auto both = [&]() -> awaitable<void> {
        Task asking(co_await asio::this_coro::executor, ask());
        auto connection = co_await peer_.accept();
        co_await connection.request();
        Bell all_come;
        notes_.on_come = [&] {
            if (notes_.all >= half) {
                all_come.ring();
            }
        };
        auto say = cut_off(model(), half);
        co_await say(connection);
        co_await all_come.wait();
        notes_.on_come = {};
        co_await asking.stop();
        co_await connection.until_closed();
    };
    net::run_to_end(context_, both());
    EXPECT_FALSE(is_there());
    auto kept = std::filesystem::file_size(folder_ / "model.gguf.part");
    EXPECT_GT(kept, half - (512 << 10));
    EXPECT_TRUE(fetch(order(), {rest(model(), kept)}));
    EXPECT_EQ(text_of(folder_ / "model.gguf"), model());
}

}  // namespace
}  // namespace repartee::downloads
