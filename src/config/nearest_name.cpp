#include "config/nearest_name.h"

#include <algorithm>
#include <vector>

namespace repartee::config {

namespace {

// Nobody has to find a neighbour for a page of text that ended up in a key.
constexpr std::size_t longest_name = 64;

char folded(char character) {
    if (character >= 'A' && character <= 'Z') {
        return static_cast<char>(character - 'A' + 'a');
    }
    return character == '-' ? '_' : character;
}

}  // namespace

std::size_t edit_distance(std::string_view written, std::string_view meant) {
    // Three rows of the usual table: a swap of neighbours looks two rows back.
    std::vector<std::size_t> before_last(meant.size() + 1);
    std::vector<std::size_t> last(meant.size() + 1);
    std::vector<std::size_t> present(meant.size() + 1);
    for (std::size_t column = 0; column <= meant.size(); ++column) {
        present[column] = column;
    }
    for (std::size_t row = 1; row <= written.size(); ++row) {
        std::swap(before_last, last);
        std::swap(last, present);
        present[0] = row;
        for (std::size_t column = 1; column <= meant.size(); ++column) {
            const char left = folded(written[row - 1]);
            const char right = folded(meant[column - 1]);
            present[column] = std::min(
                {last[column] + 1, present[column - 1] + 1, last[column - 1] + (left == right ? 0 : 1)});
            if (row > 1 && column > 1 && left == folded(meant[column - 2]) &&
                folded(written[row - 2]) == right) {
                present[column] = std::min(present[column], before_last[column - 2] + 1);
            }
        }
    }
    return present[meant.size()];
}

std::string nearest_name(std::string_view written, std::span<const std::string> names) {
    if (written.empty() || written.size() > longest_name) {
        return {};
    }
    // A third of the letters may be wrong; further away, a suggestion is a guess that misleads.
    std::size_t least = std::max<std::size_t>(1, written.size() / 3) + 1;
    std::string nearest;
    for (const std::string& name : names) {
        if (const std::size_t distance = edit_distance(written, name); distance < least) {
            least = distance;
            nearest = name;
        }
    }
    return nearest;
}

}  // namespace repartee::config
