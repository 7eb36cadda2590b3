// What can be read on a web page. Not a browser: it errs towards keeping words and losing marks.
#pragma once

#include <string>
#include <string_view>

namespace repartee::skills::ingest {

// The words of HTML: without tags, comments, scripts, styles and what is not shown; entities resolved;
// a line for each paragraph, heading, item and row. Takes any bytes, in time that grows with their number
// alone. Pure.
std::string text_of_html(std::string_view html);

// The title of the page; empty: it has none.
std::string title_of_html(std::string_view html);

}  // namespace repartee::skills::ingest
