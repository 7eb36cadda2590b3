// What the console says of models, of the doctor and of the log, as JSON. Pure.
#pragma once

#include "base/log_tail.h"
#include "surfaces/steward.h"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <vector>

namespace repartee::surfaces::console {

boost::json::object describe(const ModelShelf& shelf, const std::vector<ModelFetch>& fetches);
boost::json::array describe(const std::vector<ModelFetch>& fetches);
boost::json::object describe(const Examination& examination);
// Lines with the numbers that they have; `behind`: the number of the last that was told before. How many are
// missing in between is said.
boost::json::object describe(const std::vector<LogTail::Line>& lines, std::uint64_t behind);

}  // namespace repartee::surfaces::console
