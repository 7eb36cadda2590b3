// A settings file and a .env file, with a line "%%" between. Whatever they say, reading ends; what is
// told of them is fit for a terminal; and settings without mistakes survive being printed and read again.
#include "config/settings_file.h"

#include "base/utf8.h"
#include "config/demo_settings.h"
#include "config/writing.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

using namespace repartee;

namespace {

void insist(bool holds) {
    if (!holds) {
        std::abort();
    }
}

bool is_one_printable_line(std::string_view text) {
    return is_utf8(text) && text.find_first_of("\n\r\t\x1b\x7f") == std::string_view::npos;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    constexpr std::string_view divider = "\n%%\n";
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const std::size_t end_of_file = text.find(divider);

    config::Sources sources;
    sources.file_text = text.substr(0, end_of_file);
    if (end_of_file != std::string_view::npos) {
        sources.dotenv_text = text.substr(end_of_file + divider.size());
    }
    config::DemoSettings settings;
    const config::Reading reading = config::read(config::demo_sections(settings), sources);
    for (const config::Mistake& mistake : reading.mistakes) {
        insist(is_one_printable_line(config::to_text(mistake)));
    }
    if (!reading.mistakes.empty()) {
        return 0;
    }

    const std::string printed = config::print(config::demo_sections(settings), reading.origins);
    config::Sources again;
    again.file_text = printed;
    config::DemoSettings copy;
    const config::Reading second = config::read(config::demo_sections(copy), again);
    insist(second.mistakes.empty());
    insist(config::print(config::demo_sections(copy), reading.origins) == printed);
    return 0;
}
