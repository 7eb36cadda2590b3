// What a model writes comes out in pieces that cover it, the same however it arrives, and becomes
// speech without a trace of markup. The first byte says in which steps it comes.
#include "conversation/sentence_splitter.h"

#include "base/utf8.h"
#include "conversation/speech_text.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <vector>

namespace {

using namespace repartee::conversation;

void require(bool condition) {
    if (!condition) {
        std::abort();
    }
}

struct Read {
    std::vector<Piece> pieces;
    std::string shown;
};

Read read(std::string_view text, std::size_t step) {
    SentenceSplitter splitter;
    ReasoningFilter filter;
    Read read;
    const auto take = [&] {
        while (auto piece = splitter.next()) {
            read.pieces.push_back(*std::move(piece));
        }
    };
    for (std::size_t at = 0; at < text.size(); at += std::min(step, text.size() - at)) {
        splitter.push(text.substr(at, step));
        read.shown += filter.push(text.substr(at, step));
        take();
    }
    splitter.finish();
    read.shown += filter.finish();
    take();
    return read;
}

bool same(const Piece& left, const Piece& right) {
    return left.text == right.text && left.begin == right.begin && left.end == right.end;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data + 1), size - 1);
    const Read whole = read(text, text.size());
    const Read stepwise = read(text, std::size_t{data[0]} + 1);
    require(whole.shown == stepwise.shown && whole.shown.size() <= text.size());
    require(std::ranges::equal(whole.pieces, stepwise.pieces, same));

    SpeechText speech;
    std::size_t end = 0;
    for (const Piece& piece : whole.pieces) {
        require(piece.begin >= end && piece.end > piece.begin && piece.end <= text.size());
        require(text.substr(piece.begin, piece.end - piece.begin) == piece.text);
        end = piece.end;
        const std::string said = speech.push(piece.text);
        require(repartee::is_utf8(said));
        require(said.find_first_of("*_`[]<>{}\\|@~\n\t") == std::string::npos);
    }
    return 0;
}
