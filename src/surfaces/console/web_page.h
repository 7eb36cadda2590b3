// The web app at /: browsers get the page, everybody else what the server answers there without it.
#pragma once

#include "net/router.h"
#include "net/static_file.h"

#include <string>
#include <string_view>

namespace repartee::surfaces::console {

// Whether an Accept names HTML by itself, as browsers do when somebody opens an address. Pure.
bool wants_a_page(std::string_view accept);

// What the page may load and who may show it, for a server that is called by this name (host and port). Pure.
std::string page_policy(std::string_view host);

// The page at / and its files beside it. What answers GET / so far answers who wants no page. The tree
// outlives the server.
void add_web_page(net::Router& router, net::StaticTree tree);

}  // namespace repartee::surfaces::console
