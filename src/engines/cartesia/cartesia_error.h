// What Cartesia says when something is wrong, in each shape that its versions have had. Pure.
#pragma once

#include "engines/provider.h"

#include <boost/json/object.hpp>

namespace repartee::engines::cartesia {

// An event of the type "error".
Error error_in(const boost::json::object& event, const Provider& provider);

// For what is no event at all.
Error nonsense(std::size_t bytes);

}  // namespace repartee::engines::cartesia
