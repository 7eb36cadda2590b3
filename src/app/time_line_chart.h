// A turn's time line as a terminal can show it: one bar per step, to scale.
#pragma once

#include <boost/json/object.hpp>

#include <string>

namespace repartee::app {

// `message` is the time line as the surfaces send it: {"moments":{"speech_end":0,"final_text":61.2}}.
// Pure; empty when there is nothing to draw.
std::string time_line_chart(const boost::json::object& message);

}  // namespace repartee::app
