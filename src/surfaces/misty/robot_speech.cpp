#include "surfaces/misty/robot_speech.h"

#include "base/together.h"
#include "conversation/speech_text.h"

#include <boost/asio/post.hpp>

namespace repartee::surfaces::misty {

RobotSpeech::RobotSpeech(const Executor& executor, devices::Robot& robot, Clock& clock, Log log)
    : robot_(robot),
      clock_(clock),
      log_(std::move(log)),
      strand_(executor),
      replies_(strand_, capacity),
      saying_(strand_, say_all()) {}

void RobotSpeech::say(std::string job, const std::string& text) {
    auto words = conversation::speakable(text);
    if (words.empty() || !robot_.state().configured) {
        return;
    }
    Reply reply{std::move(job), std::move(words), clock_.now()};
    asio::post(strand_, [this, reply = std::move(reply)] { take(reply); });
}

void RobotSpeech::take(const Reply& reply) {
    while (!replies_.try_push(reply) && replies_.is_open()) {
        auto oldest = replies_.try_next();
        log_.warning("robot skips a reply", {{"job", oldest->job}, {"reason", "too many wait"}});
    }
}

awaitable<void> RobotSpeech::say_all() {
    while (auto reply = co_await replies_.next()) {
        if (clock_.now() - reply->at > stale_after) {
            log_.warning("robot skips a reply", {{"job", reply->job}, {"reason", "it is too old"}});
            continue;
        }
        auto began = clock_.now();
        try {
            co_await robot_.speak(std::move(reply->text));
            log_.info("robot speaks",
                      {{"job", reply->job}, {"took_ms", milliseconds_of(clock_.now() - began)}});
        } catch (...) {
            auto error = error_of(std::current_exception());
            if (error.kind == ErrorKind::Cancelled) {
                throw;
            }
            log_.warning("robot does not speak", {{"job", reply->job},
                                                  {"code", name_of(error.kind)},
                                                  {"reason", error.message},
                                                  {"detail", error.detail}});
        }
    }
}

awaitable<void> RobotSpeech::drain(Duration grace) {
    co_await asio::co_spawn(strand_, drain_here(grace), use_awaitable);
}

awaitable<void> RobotSpeech::drain_here(Duration grace) {
    replies_.close();
    co_await first_of(saying_.join(), clock_.sleep(grace));
    co_await saying_.stop();
}

}  // namespace repartee::surfaces::misty
