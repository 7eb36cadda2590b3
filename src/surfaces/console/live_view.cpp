#include "surfaces/console/live_view.h"

#include "surfaces/console/messages.h"

#include <boost/json/serialize.hpp>

namespace repartee::surfaces::console {

namespace json = boost::json;

namespace {

constexpr auto beat_interval = std::chrono::seconds(1);

}  // namespace

std::vector<std::string> LiveView::news() {
    std::vector<std::string> messages;
    bool is_second = !has_begun_ || clock_.now() >= next_beat_;
    if (is_second) {
        add_samples(messages);
        add_engines(messages);
        next_beat_ = clock_.now() + beat_interval;
    }
    add_work(messages);
    add_log(messages);
    has_begun_ = true;
    return messages;
}

void LiveView::add_samples(std::vector<std::string>& messages) {
    auto present = pulse_.beat();
    if (has_begun_) {
        messages.push_back(*present);
        return;
    }
    std::string earlier = R"({"type":"samples","samples":[)";
    for (const auto& message : pulse_.earlier()) {
        earlier += (earlier.back() == '[' ? "" : ",") + *message;
    }
    messages.push_back(earlier + "]}");
}

void LiveView::add_engines(std::vector<std::string>& messages) {
    auto engines = engines_();
    if (engines != engines_told_) {
        engines_told_ = engines;
        messages.push_back(std::move(engines));
    }
}

void LiveView::add_work(std::vector<std::string>& messages) {
    auto news = steward_.news();
    if (has_begun_ && news == news_told_) {
        return;
    }
    news_told_ = news;
    messages.push_back(
        json::serialize(json::object{{"type", "fetches"}, {"fetches", describe(steward_.fetches())}}));
    messages.push_back(json::serialize(
        json::object{{"type", "examination"}, {"examination", describe(steward_.examination())}}));
}

void LiveView::add_log(std::vector<std::string>& messages) {
    const auto& tail = steward_.log_tail();
    if (has_begun_ && tail.last_number() == log_told_) {
        return;
    }
    auto lines = tail.behind(log_told_);
    messages.push_back(json::serialize(describe(lines, log_told_)));
    log_told_ = lines.empty() ? log_told_ : lines.back().number;
}

}  // namespace repartee::surfaces::console
