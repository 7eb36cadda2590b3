// Any text is a record or a fault that says why; what was read is written and read again as the same.
#include "models/record.h"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    auto record = repartee::models::parse_record(std::string_view(reinterpret_cast<const char*>(data), size));
    if (!record) {
        if (record.error().message.empty()) {
            std::abort();
        }
        return 0;
    }
    auto again = repartee::models::parse_record(repartee::models::to_text(*record));
    if (!again || *again != *record) {
        std::abort();
    }
    return 0;
}
