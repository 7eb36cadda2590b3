// POST /api/chat and /api/generate in Ollama's shapes, answered by whichever model is in use. The
// page's chat box and scripts written for Ollama come through here.
#pragma once

#include "base/clock.h"
#include "engines/model.h"
#include "net/router.h"

#include <boost/json/object.hpp>

#include <string>

namespace repartee::surfaces::assistant {

enum class OllamaCall { Chat, Generate };

struct OllamaRequest {
    engines::Prompt prompt;
    bool stream = false;
};

// The body of a request; known options only, range-checked. The model it names is not looked at:
// the server has its own. Malformed when it is no JSON object, Unprocessable when a field makes no
// sense. Pure.
Result<OllamaRequest> parse_ollama_request(OllamaCall call, std::string_view body);

// One line of a streamed answer, or, with `done`, its last; `text` is the new piece.
boost::json::object ollama_piece(OllamaCall call, std::string_view model, std::string_view created_at,
                                 std::string_view text);
void add_ollama_end(boost::json::object& piece, const engines::AnswerEnd& end, Duration total);

// Answers one request. Throws Failure for the server to turn into a status, as long as nothing has
// been sent.
awaitable<void> answer_ollama_request(net::Exchange& exchange, OllamaCall call, engines::Model& model,
                                      Clock& clock);

}  // namespace repartee::surfaces::assistant
