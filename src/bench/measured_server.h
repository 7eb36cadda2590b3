// The server that is measured: one of our own, started for the purpose, or one that runs already.
//
// Our own is this same program with settings of its own, in a fresh directory that is gone afterwards,
// with scripted engines, a free port and a quiet log. It ends with this object, and with us.
#pragma once

#include "bench/own_program.h"
#include "bench/process_meter.h"

#include <boost/asio/ip/tcp.hpp>

#include <filesystem>
#include <map>
#include <optional>
#include <string>

namespace repartee::bench {

struct ServerWishes {
    // A server that runs already: "http://127.0.0.1:8000". Empty: one of our own.
    std::string url = {};
    pid_t pid = 0;  // of that one, to measure what it uses; 0: only times are measured
    // Core that our own server has to itself; the load runs on the others. Nothing: wherever they like.
    std::optional<int> core = {};
    std::map<std::string, std::string> environment = {};  // of our own server
    std::string settings = {};                            // what its repartee.toml says
};

class MeasuredServer {
public:
    // Until it is ready. Throws Failure{Unavailable} with what it said when it does not come up.
    explicit MeasuredServer(const ServerWishes& wishes);
    ~MeasuredServer();
    MeasuredServer(const MeasuredServer&) = delete;
    MeasuredServer& operator=(const MeasuredServer&) = delete;

    asio::ip::tcp::endpoint endpoint() const { return endpoint_; }
    std::string host() const;  // for the Host header
    const ProcessMeter& meter() const { return meter_; }

private:
    void start(const ServerWishes& wishes);
    void find(const std::string& url);
    void wait_until_ready() const;
    void end();                // of our own
    std::string said() const;  // by our own, so far

    std::optional<OwnDirectory> directory_;  // of our own server
    pid_t child_ = 0;
    asio::ip::tcp::endpoint endpoint_;
    ProcessMeter meter_{0};
};

// The scripted engines and nothing else, with these delays in milliseconds.
struct ScriptedDelays {
    int final_text = 0;
    int first_token = 0;
    int first_audio = 0;
    int sum() const { return final_text + first_token + first_audio; }
};
std::map<std::string, std::string> scripted_engines(const ScriptedDelays& delays, int reply_words);

}  // namespace repartee::bench
