#include "app/device_list.h"

#include "config/mistake.h"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <iostream>

namespace repartee::app {

namespace {

std::string as_json_text(const std::vector<devices::AudioInput>& inputs, const std::string& complaint) {
    boost::json::array listed;
    for (const auto& input : inputs) {
        listed.push_back({{"number", input.number},
                          {"name", input.name},
                          {"system", input.system},
                          {"channels", input.channels},
                          {"rate", input.rate},
                          {"default", input.is_default},
                          {"chosen", input.is_chosen}});
    }
    return boost::json::serialize(boost::json::object{
        {"microphones", std::move(listed)}, {"usable", complaint.empty()}, {"reason", complaint}});
}

void print_table(const std::vector<devices::AudioInput>& inputs) {
    if (inputs.empty()) {
        return;
    }
    std::cout << "Microphones\n";
    for (const auto& input : inputs) {
        std::cout << fmt::format("  {} {:>2}  {}  ({}, {} channel{}, {:.0f} Hz{})\n",
                                 input.is_chosen ? '*' : ' ', input.number, config::presentable(input.name),
                                 input.system, input.channels, input.channels == 1 ? "" : "s", input.rate,
                                 input.is_default ? ", default" : "");
    }
    std::cout << "The one with a star is listened to. MICROPHONE, or [devices.portaudio] microphone, chooses "
                 "another by its number or a part of its name.\n";
}

}  // namespace

int list_devices(const Settings& settings, const Parts& parts, bool as_json) {
    LogOptions quiet = log_options(settings.log);
    quiet.level = LogLevel::Error;
    asio::io_context context(1);
    SystemClock clock;
    net::HttpClient http(clock, net::client_tls({}).value());
    devices::Surroundings surroundings{context.get_executor(), clock, Log(quiet), http};
    auto microphone = devices::build_microphone(parts.devices, surroundings);
    auto inputs = microphone->inputs();
    auto complaint = microphone->complaint();
    if (as_json) {
        std::cout << as_json_text(inputs, complaint) << "\n";
    } else {
        print_table(inputs);
        if (!complaint.empty()) {
            std::cout << complaint << "\n";
        }
    }
    return complaint.empty() ? 0 : 1;
}

}  // namespace repartee::app
