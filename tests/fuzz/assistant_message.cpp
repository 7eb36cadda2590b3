// What a stranger may write into the push-to-talk socket, and into the chat box's API.
#include "surfaces/assistant/messages.h"
#include "surfaces/assistant/ollama_api.h"

#include <cstdint>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace repartee::surfaces::assistant;
    std::string_view text(reinterpret_cast<const char*>(data), size);
    (void)parse_client_message(text);
    (void)parse_ollama_request(OllamaCall::Chat, text);
    (void)parse_ollama_request(OllamaCall::Generate, text);
    return 0;
}
