// `repartee users`: who has an account. Works on the store itself, beside a running server, which knows of it
// within seconds.
#pragma once

#include "app/settings.h"

#include <string>

namespace repartee::app {

struct UsersCommand {
    enum class Do { List, Add, MakeAdmin, MakeUser, Activate, Deactivate, SetPassword };
    Do what = Do::List;
    std::string email;
    std::string full_name;  // Add
    bool is_admin = false;  // Add
    bool as_json = false;   // List
};

// 0 when it is done. Throws Failure, which says why it was not.
int users(const Settings& settings, Parts& parts, const UsersCommand& command);

}  // namespace repartee::app
