// Any bytes are a model file or a failure that says why, and never more weights than bytes.
#include "models/model_file.h"

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::istringstream file(std::string(reinterpret_cast<const char*>(data), size));
    try {
        auto model = repartee::models::examine(file, size);
        if (model.tensors == 0 || model.tensors > size) {
            std::abort();
        }
    } catch (const repartee::Failure& failure) {
        if (failure.error().message.empty()) {
            std::abort();
        }
    }
    return 0;
}
