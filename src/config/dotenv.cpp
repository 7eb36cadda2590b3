#include "config/dotenv.h"

#include <algorithm>

namespace repartee::config {

namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";
constexpr std::string_view blanks = " \t";

bool is_blank(char character) {
    return character == ' ' || character == '\t';
}

bool is_name(std::string_view name) {
    const auto is_letter = [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
    };
    const auto is_inner = [&](char c) {
        return is_letter(c) || (c >= '0' && c <= '9') || c == '.' || c == '-';
    };
    return !name.empty() && is_letter(name.front()) && std::ranges::all_of(name, is_inner);
}

std::string_view without_blanks_behind(std::string_view text) {
    const std::size_t last = text.find_last_not_of(blanks);
    return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

// Goes through the text line by line; a quoted value is the only thing that takes several.
class DotEnvParser {
public:
    DotEnvParser(std::string_view text, std::string source) : rest_(text), source_(std::move(source)) {
        if (rest_.starts_with(byte_order_mark)) {
            rest_.remove_prefix(byte_order_mark.size());
        }
    }

    DotEnv parse() {
        while (!rest_.empty()) {
            read_line();
        }
        return std::move(result_);
    }

private:
    void read_line() {
        const int line = line_;
        skip_blanks();
        if (at_line_end() || rest_.front() == '#') {
            drop_line();
            return;
        }
        const std::string_view before_value =
            rest_.substr(0, std::min(rest_.find_first_of("=\r\n"), rest_.size()));
        std::string_view name = without_blanks_behind(before_value);
        if (name.starts_with("export") && name.size() > 6 && is_blank(name[6])) {
            name.remove_prefix(std::min(name.find_first_not_of(blanks, 6), name.size()));
        }
        rest_.remove_prefix(before_value.size());
        if (rest_.empty() || rest_.front() != '=') {
            reject(line, {}, "this line is no NAME=value, no comment and not empty");
            return;
        }
        if (!is_name(name)) {
            reject(line, {},
                   "what stands before the = is no name of a variable: a letter, then letters, digits or _");
            return;
        }
        rest_.remove_prefix(1);
        skip_blanks();
        read_value(std::string(name), line);
    }

    void read_value(std::string name, int line) {
        const bool quoted = !rest_.empty() && (rest_.front() == '"' || rest_.front() == '\'');
        if (!quoted) {
            result_.variables.set({.name = std::move(name), .value = bare_value(), .line = line});
            drop_line();
            return;
        }
        std::string value;
        const std::size_t length = quoted_value(value);
        if (length == 0) {
            // Only this line is given up, so that the mistakes further down are found as well.
            reject(line, std::move(name), "the quote that opens the value is never closed");
            return;
        }
        line_ += static_cast<int>(std::ranges::count(rest_.substr(0, length), '\n'));
        rest_.remove_prefix(length);
        skip_blanks();
        if (!at_line_end() && rest_.front() != '#') {
            reject(line, std::move(name),
                   "something follows the quote that closes the value; only a comment may");
            return;
        }
        result_.variables.set({.name = std::move(name), .value = std::move(value), .line = line});
        drop_line();
    }

    // Up to the end of the line, or to a # that stands alone or behind a blank.
    std::string bare_value() const {
        std::string_view text = rest_.substr(0, std::min(rest_.find('\n'), rest_.size()));
        if (text.ends_with('\r')) {
            text.remove_suffix(1);
        }
        for (std::size_t at = 0; at < text.size(); ++at) {
            if (text[at] == '#' && (at == 0 || is_blank(text[at - 1]))) {
                text = text.substr(0, at);
                break;
            }
        }
        return std::string(without_blanks_behind(text));
    }

    // How many characters the value takes, both quotes among them; 0: it is never closed.
    std::size_t quoted_value(std::string& value) const {
        const char quote = rest_.front();
        for (std::size_t at = 1; at < rest_.size(); ++at) {
            const char character = rest_[at];
            if (character == quote) {
                return at + 1;
            }
            if (character == '\\' && at + 1 < rest_.size()) {
                if (const char meant = escaped(rest_[at + 1], quote); meant != '\0') {
                    value += meant;
                    ++at;
                    continue;
                }
            }
            const bool windows_line_end = character == '\r' && rest_.substr(at + 1).starts_with('\n');
            if (!windows_line_end) {
                value += character;
            }
        }
        return 0;
    }

    // What a backslash and `character` mean together; NUL: just those two.
    static char escaped(char character, char quote) {
        if (character == quote || character == '\\') {
            return character;
        }
        if (quote == '"') {
            switch (character) {
                case 'n': return '\n';
                case 'r': return '\r';
                case 't': return '\t';
                default: break;
            }
        }
        return '\0';
    }

    void reject(int line, std::string name, std::string message) {
        result_.mistakes.push_back({.layer = Mistake::Layer::DotEnv,
                                    .source = source_,
                                    .line = line,
                                    .subject = std::move(name),
                                    .message = std::move(message)});
        drop_line();
    }

    bool at_line_end() const { return rest_.empty() || rest_.front() == '\n' || rest_.starts_with("\r\n"); }

    void skip_blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(blanks), rest_.size())); }

    void drop_line() {
        const std::size_t end = rest_.find('\n');
        rest_.remove_prefix(end == std::string_view::npos ? rest_.size() : end + 1);
        ++line_;
    }

    std::string_view rest_;
    std::string source_;
    int line_ = 1;
    DotEnv result_;
};

}  // namespace

DotEnv parse_dotenv(std::string_view text, std::string source) {
    return DotEnvParser(text, std::move(source)).parse();
}

}  // namespace repartee::config
