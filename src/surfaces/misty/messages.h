// The words of the job API, in both directions. Pure.
//
// Pollers look at `status` alone, and stop at "done" and "error"; then they show `response`. So every
// refusal carries these keys too, besides the `error` and `message` that the original gave and the
// `detail`, `code` and `request_id` of this server.
#pragma once

#include "devices/robot.h"
#include "jobs/job.h"
#include "net/http.h"

#include <optional>
#include <string>
#include <string_view>

namespace repartee::surfaces::misty {

// --- client to server ---

// What {"message":...} says, as Python prints it: an absent one is "None". Malformed when the body is no
// JSON object.
Result<std::string> parse_test(std::string_view body);

struct ActionRequest {
    devices::Action action;
    std::optional<devices::Colour> colour;  // of LedColor, when one was given
};

// {"action":"led_color","red":255,"green":0,"blue":0} or {...,"color":"#ff0000"}. Malformed, with a
// message that may be shown.
Result<ActionRequest> parse_action(std::string_view body);

// "#rrggbb", "#rgb", or one of the names that people use; nothing for anything else.
std::optional<devices::Colour> colour_named(std::string_view name);

// --- server to client ---

std::string test_reply(std::string_view message);
std::string job_received(std::string_view id);
std::string job_status(const jobs::JobRecord& record);
std::string action_taken();

// For any request that is turned down.
net::Response refusal(const net::Request& request, const Error& error);
// The form has no part "file".
net::Response file_missing(const net::Request& request);
net::Response unknown_job(const net::Request& request);
// What has become of a job cannot be said just now: pollers go on, as with any status that is no end.
net::Response nobody_knows(const net::Request& request, const Error& error);

}  // namespace repartee::surfaces::misty
