// `repartee migrate`: brings the tables of the database to what this program knows. The server does so itself
// when it starts; this is for who wants it to have happened before.
#pragma once

#include "app/settings.h"

namespace repartee::app {

// Says which database it is, what it had and what it has. 0 when all is applied. Throws Failure, which says
// why it is not.
int migrate(const Settings& settings, Parts& parts);

}  // namespace repartee::app
