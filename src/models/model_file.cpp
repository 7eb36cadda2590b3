#include "models/model_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <fstream>
#include <iterator>
#include <limits>
#include <optional>
#include <tuple>
#include <utility>

namespace repartee::models {

namespace {

static_assert(std::endian::native == std::endian::little, "model files are little-endian");

// --- the kinds of weights, as ggml numbers them ---

struct WeightType {
    std::uint32_t number;
    std::string_view name;
    std::uint32_t block_values;  // weights are stored in blocks ...
    std::uint32_t block_bytes;   // ... of so many bytes
};

constexpr WeightType weight_types[] = {
    {0, "f32", 1, 4},         {1, "f16", 1, 2},         {2, "q4_0", 32, 18},     {3, "q4_1", 32, 20},
    {6, "q5_0", 32, 22},      {7, "q5_1", 32, 24},      {8, "q8_0", 32, 34},     {10, "q2_k", 256, 84},
    {11, "q3_k", 256, 110},   {12, "q4_k", 256, 144},   {13, "q5_k", 256, 176},  {14, "q6_k", 256, 210},
    {15, "q8_k", 256, 292},   {16, "iq2_xxs", 256, 66}, {17, "iq2_xs", 256, 74}, {18, "iq3_xxs", 256, 98},
    {19, "iq1_s", 256, 50},   {20, "iq4_nl", 32, 18},   {21, "iq3_s", 256, 110}, {22, "iq2_s", 256, 82},
    {23, "iq4_xs", 256, 136}, {24, "i8", 1, 1},         {25, "i16", 1, 2},       {26, "i32", 1, 4},
    {27, "i64", 1, 8},        {28, "f64", 1, 8},        {29, "iq1_m", 256, 56},  {30, "bf16", 1, 2},
    {34, "tq1_0", 256, 54},   {35, "tq2_0", 256, 66},   {39, "mxfp4", 32, 17},
};

const WeightType& weight_type(std::uint32_t number) {
    const auto* found = std::ranges::find(weight_types, number, &WeightType::number);
    if (found == std::end(weight_types)) {
        throw Failure(ErrorKind::Unsupported,
                      fmt::format("its weights are of a kind that is not known here (number {})", number));
    }
    return *found;
}

// The kind of most weights, as the header has it: by another numbering, which the library takes for granted,
// and with the version of the quantization in thousands.
struct FileType {
    std::uint32_t number;
    std::uint32_t weight_type;
};

constexpr FileType file_types[] = {{0, 0},   {1, 1},   {2, 2},   {3, 3},   {7, 8},   {8, 6},
                                   {9, 7},   {10, 10}, {11, 11}, {12, 12}, {13, 13}, {14, 14},
                                   {15, 16}, {16, 17}, {17, 18}, {18, 19}, {19, 20}, {20, 21},
                                   {21, 22}, {22, 23}, {23, 29}, {24, 30}, {25, 39}};

const WeightType& type_of_file(std::uint32_t number) {
    constexpr std::uint32_t of_a_version = 1000;
    const auto* found = std::ranges::find(file_types, number % of_a_version, &FileType::number);
    if (found == std::end(file_types)) {
        throw Failure(ErrorKind::Unsupported,
                      fmt::format("it is of a kind that is not known here (number {})", number));
    }
    return weight_type(found->weight_type);
}

// --- reading ---

// Every length is checked against what is left of the file before anything is taken or skipped.
class Reader {
public:
    Reader(std::istream& file, std::uintmax_t size) : file_(file), size_(size) {}

    std::uintmax_t size() const { return size_; }
    std::uintmax_t left() const { return size_ - at_; }
    std::uintmax_t at() const { return at_; }

    template <class Number>
    Number number() {
        Number number{};
        take(reinterpret_cast<char*>(&number), sizeof number);
        return number;
    }

    // A count or length that makes sense only within these bounds.
    std::uint32_t count(std::uint32_t least, std::uint32_t most, std::string_view what) {
        auto count = number<std::uint32_t>();
        if (count < least || count > most) {
            throw Failure(ErrorKind::Malformed, fmt::format("it claims {} {}", count, what));
        }
        return count;
    }

    std::string text(std::uint64_t length) {
        constexpr std::uint64_t longest = 1 << 20;
        if (length > std::min<std::uint64_t>(longest, left())) {
            throw cut_off();
        }
        std::string text(length, '\0');
        take(text.data(), text.size());
        return text;
    }

    void skip(std::uintmax_t bytes) {
        if (bytes > left()) {
            throw cut_off();
        }
        at_ += bytes;
        // A vocabulary is a hundred thousand small steps, and to seek is to read anew.
        if (bytes <= small_step) {
            file_.ignore(static_cast<std::streamsize>(bytes));
        } else {
            file_.seekg(static_cast<std::streamoff>(at_));
        }
    }

    // `count` things of `size` bytes, whatever numbers somebody has written there.
    void skip_many(std::uint64_t count, std::uint64_t size) {
        if (size != 0 && count > left() / size) {
            throw cut_off();
        }
        skip(count * size);
    }

    Failure cut_off() const {
        return {ErrorKind::Malformed, fmt::format("it is cut off: it has {} bytes and should go on", size_)};
    }

private:
    void take(char* to, std::size_t bytes) {
        if (bytes > left()) {
            throw cut_off();
        }
        file_.read(to, static_cast<std::streamsize>(bytes));
        if (!file_) {
            throw Failure(ErrorKind::NotFound, "it cannot be read");
        }
        at_ += bytes;
    }

    static constexpr std::uintmax_t small_step = 1024;

    std::istream& file_;
    const std::uintmax_t size_;
    std::uintmax_t at_ = 0;
};

// What most bytes of the weights are.
class Census {
public:
    void count(const WeightType& type, std::uintmax_t bytes) {
        bytes_[static_cast<std::size_t>(&type - weight_types)] += bytes;
    }
    std::string winner() const {
        auto most = std::ranges::max_element(bytes_);
        return *most == 0 ? std::string() : std::string(weight_types[most - bytes_.begin()].name);
    }

private:
    std::array<std::uintmax_t, std::size(weight_types)> bytes_{};
};

std::uintmax_t bytes_of_weights(std::uintmax_t values, const WeightType& type, const Reader& reader) {
    if (values % type.block_values != 0) {
        throw Failure(ErrorKind::Malformed, "the shape of its weights and their kind do not fit");
    }
    auto blocks = values / type.block_values;
    if (blocks > reader.size() / type.block_bytes) {
        throw reader.cut_off();
    }
    return blocks * type.block_bytes;
}

constexpr std::uint32_t most_dimensions = 4;

// Numbers multiplied, as far as a file could hold that many weights.
class Shape {
public:
    void add(std::uint64_t dimension) {
        if (dimension == 0 || values_ > std::numeric_limits<std::uint64_t>::max() / dimension / 8) {
            throw Failure(ErrorKind::Malformed, "it has weights of an impossible shape");
        }
        values_ *= dimension;
    }
    std::uint64_t values() const { return values_; }

private:
    std::uint64_t values_ = 1;
};

// --- ggml: a header, then weights until the file ends ---

constexpr std::uint32_t ggml_magic = 0x67676d6c;
constexpr std::uint32_t longest_word = 1024;
constexpr std::uint32_t longest_tensor_name = 128;

struct Words {
    std::uint32_t count = 0;
    bool blank = false;  // whether it is among them
};

Words read_words(Reader& reader) {
    Words words{.count = reader.count(1, 1 << 20, "words in its vocabulary")};
    for (std::uint32_t i = 0; i < words.count; ++i) {
        words.blank |= reader.text(reader.count(0, longest_word, "letters in a word")) == " ";
    }
    return words;
}

void skip_floats(Reader& reader, std::uint32_t rows, std::uint32_t columns) {
    reader.skip_many(std::uint64_t{rows} * columns, sizeof(float));
}

void read_weights(Reader& reader, ModelFile& file) {
    Census census;
    while (reader.left() > 0) {
        auto dimensions = reader.count(0, most_dimensions, "dimensions of weights");
        auto name_length = reader.count(1, longest_tensor_name, "letters in the name of weights");
        const auto& type = weight_type(reader.number<std::uint32_t>());
        Shape shape;
        for (std::uint32_t i = 0; i < dimensions; ++i) {
            shape.add(reader.number<std::uint32_t>());
        }
        reader.skip(name_length);
        auto bytes = bytes_of_weights(shape.values(), type, reader);
        reader.skip(bytes);
        census.count(type, bytes);
        ++file.tensors;
    }
    file.weights = census.winner();
}

// Files for tests of whisper.cpp itself have none, and would understand nothing.
void expect_weights(const ModelFile& file, std::size_t wanted) {
    if (file.tensors == 0) {
        throw Failure(ErrorKind::Malformed, "there are no weights in it");
    }
    if (file.tensors != wanted) {
        throw Failure(ErrorKind::Malformed,
                      fmt::format("it is cut off: it has {} of {} pieces of weights", file.tensors, wanted));
    }
}

// Throws unless it holds: what the library builds upon without asking, and ends the process or reads beyond
// its memory where it does not.
void expect_fit(bool fits, std::string_view what) {
    if (!fits) {
        throw Failure(ErrorKind::Malformed, fmt::format("its {} do not fit each other", what));
    }
}

ModelFile read_whisper(Reader& reader, std::uint32_t vocabulary) {
    // From the smallest English vocabulary to that of large-v3.
    constexpr std::uint32_t first_multilingual = 51865;
    constexpr std::size_t outer_tensors = 11;
    constexpr std::size_t tensors_of_an_encoder_layer = 15;
    constexpr std::size_t tensors_of_a_decoder_layer = 24;
    ModelFile file{.kind = ModelKind::Whisper, .multilingual = vocabulary >= first_multilingual};
    reader.count(1, 1500, "positions of sound");
    auto width = reader.count(32, 8192, "values per position of sound");
    reader.count(1, 256, "heads");
    auto encoder_layers = reader.count(1, 256, "layers");
    reader.count(1, 1 << 16, "positions of text");
    expect_fit(reader.number<std::uint32_t>() == width, "two halves");
    reader.count(1, 256, "heads");
    auto decoder_layers = reader.count(1, 256, "layers");
    reader.count(80, 128, "bands of sound");
    const auto& type = type_of_file(reader.number<std::uint32_t>());
    expect_fit(width % type.block_values == 0, "weights and their kind");
    auto bands = reader.count(80, 128, "bands of sound");
    auto bins = reader.count(1, 4096, "frequencies");
    skip_floats(reader, bands, bins);
    if (!read_words(reader).blank) {
        // The library looks for it without asking whether it is there.
        throw Failure(ErrorKind::Malformed, "its vocabulary lacks the blank");
    }
    read_weights(reader, file);
    expect_weights(file, outer_tensors + tensors_of_an_encoder_layer * encoder_layers +
                             tensors_of_a_decoder_layer * decoder_layers);
    file.layers = static_cast<int>(encoder_layers);
    return file;
}

ModelFile read_parakeet(Reader& reader, std::uint32_t vocabulary) {
    // The second version knows English and 1024 pieces of words, the third 25 languages by 8192.
    constexpr std::uint32_t european_vocabulary = 8192;
    constexpr std::size_t outer_tensors = 19;
    constexpr std::size_t tensors_of_an_encoder_layer = 29;
    constexpr std::size_t tensors_of_a_predictor_layer = 3;
    // Every other one, three times over, whatever the file says.
    constexpr std::uint32_t positions_together = 8;
    constexpr std::uint32_t longest_duration = 1 << 16;
    ModelFile file{.kind = ModelKind::Parakeet, .multilingual = vocabulary == european_vocabulary};
    reader.count(1, 1 << 16, "positions of sound");
    auto width = reader.count(32, 8192, "values per position of sound");
    auto heads = reader.count(1, 256, "heads");
    expect_fit(width % heads == 0 && width % 2 == 0, "heads and their width");
    auto layers = reader.count(1, 256, "layers");
    auto bands = reader.count(positions_together, 256, "bands of sound");
    const auto& type = type_of_file(reader.number<std::uint32_t>());
    auto transform = reader.count(1, 1 << 16, "samples at a time");
    reader.count(positions_together, positions_together, "positions taken together");
    auto channels = reader.count(1, 8192, "channels");
    expect_fit(bands % positions_together == 0, "bands of sound and positions");
    expect_fit(
        width % type.block_values == 0 && bands / positions_together * channels % type.block_values == 0,
        "weights and their kind");
    expect_fit(reader.count(1, 1024, "taps") % 2 == 1, "taps and the position in their middle");
    reader.count(1, 8192, "values of the predictor");
    auto predictor_layers = reader.count(1, 64, "layers of the predictor");
    auto durations = reader.count(1, 64, "durations");
    reader.count(1, 1 << 16, "tokens at a time");
    expect_fit(reader.number<std::uint32_t>() == bands, "bands of sound");
    auto frequencies = reader.number<std::uint32_t>();
    expect_fit(frequencies == transform / 2 + 1, "bands and frequencies");
    skip_floats(reader, bands, frequencies);
    skip_floats(reader, reader.count(0, transform, "samples in a window"), 1);
    for (std::uint32_t i = 0; i < durations; ++i) {
        reader.count(0, longest_duration, "positions as the length of a token");
    }
    expect_fit(read_words(reader).count == vocabulary, "vocabulary and words");
    read_weights(reader, file);
    expect_weights(file, outer_tensors + tensors_of_an_encoder_layer * layers +
                             tensors_of_a_predictor_layer * predictor_layers);
    file.layers = static_cast<int>(layers);
    return file;
}

ModelFile read_silero(Reader& reader, std::uint32_t name_length) {
    constexpr std::size_t tensors = 15;
    ModelFile file{.kind = ModelKind::Silero};
    if (auto name = reader.text(name_length); name != "silero-16k") {
        throw Failure(ErrorKind::Unsupported, fmt::format("it is a detector named '{}'", name));
    }
    reader.skip(3 * sizeof(std::uint32_t));  // its version
    reader.count(1, 1 << 16, "samples at a time");
    reader.count(0, 1 << 16, "samples before those");
    file.layers = static_cast<int>(reader.count(4, 4, "layers"));
    reader.skip(static_cast<std::uintmax_t>(file.layers) * 3 * sizeof(std::uint32_t));
    reader.skip(4 * sizeof(std::uint32_t));
    read_weights(reader, file);
    expect_weights(file, tensors);
    return file;
}

ModelFile read_ggml(Reader& reader) {
    constexpr std::uint32_t smallest_whisper_vocabulary = 51864;
    constexpr std::uint32_t largest_whisper_vocabulary = 51866;
    constexpr std::uint32_t longest_name = 64;
    auto first = reader.number<std::uint32_t>();
    if (first >= smallest_whisper_vocabulary && first <= largest_whisper_vocabulary) {
        return read_whisper(reader, first);
    }
    // A name's length, where the others have the size of a vocabulary.
    return first <= longest_name ? read_silero(reader, first) : read_parakeet(reader, first);
}

// --- GGUF: keys and values, then where the weights lie, then the weights ---

constexpr std::uint32_t gguf_magic = 0x46554747;

enum class ValueType : std::uint32_t {
    Uint8,
    Int8,
    Uint16,
    Int16,
    Uint32,
    Int32,
    Float32,
    Bool,
    String,
    Array,
    Uint64,
    Int64,
    Float64
};

std::uint64_t size_of(ValueType type) {
    switch (type) {
        case ValueType::Uint8:
        case ValueType::Int8:
        case ValueType::Bool: return 1;
        case ValueType::Uint16:
        case ValueType::Int16: return 2;
        case ValueType::Uint32:
        case ValueType::Int32:
        case ValueType::Float32: return 4;
        case ValueType::Uint64:
        case ValueType::Int64:
        case ValueType::Float64: return 8;
        default: throw Failure(ErrorKind::Malformed, "it has values of an unknown kind");
    }
}

std::string gguf_text(Reader& reader) {
    return reader.text(reader.number<std::uint64_t>());
}

void skip_gguf_text(Reader& reader) {
    reader.skip(reader.number<std::uint64_t>());
}

// The type and the length of a list.
std::pair<ValueType, std::uint64_t> gguf_list(Reader& reader) {
    auto element = static_cast<ValueType>(reader.number<std::uint32_t>());
    auto count = reader.number<std::uint64_t>();
    if (element == ValueType::Array) {
        throw Failure(ErrorKind::Malformed, "it has lists of lists");
    }
    return {element, count};
}

void skip_values(Reader& reader, ValueType type, std::uint64_t count) {
    if (type != ValueType::String) {
        reader.skip_many(count, size_of(type));
        return;
    }
    for (std::uint64_t i = 0; i < count; ++i) {
        skip_gguf_text(reader);  // ends with the file at the latest: each takes eight bytes or more
    }
}

void skip_value(Reader& reader, ValueType type) {
    if (type == ValueType::String) {
        skip_gguf_text(reader);
    } else if (type == ValueType::Array) {
        auto [element, count] = gguf_list(reader);
        skip_values(reader, element, count);
    } else {
        reader.skip(size_of(type));
    }
}

// A whole number of whatever width; nothing for what is none, or below zero.
std::optional<std::uint64_t> gguf_number(Reader& reader, ValueType type) {
    auto at_least_zero = [](std::int64_t number) {
        return number < 0 ? std::nullopt : std::optional(static_cast<std::uint64_t>(number));
    };
    switch (type) {
        case ValueType::Uint8: return reader.number<std::uint8_t>();
        case ValueType::Uint16: return reader.number<std::uint16_t>();
        case ValueType::Uint32: return reader.number<std::uint32_t>();
        case ValueType::Uint64: return reader.number<std::uint64_t>();
        case ValueType::Int32: return at_least_zero(reader.number<std::int32_t>());
        case ValueType::Int64: return at_least_zero(reader.number<std::int64_t>());
        default: skip_value(reader, type); return std::nullopt;
    }
}

// How large the memory of a conversation gets, by the keys of the model that say so. The numbers are
// anybody's: what no model has is cut off, so that nothing overflows.
class AttentionKeys {
public:
    // Takes the value of a key that is one of ours; false: it is still to be read.
    bool take(Reader& reader, std::string_view key, ValueType type) {
        for (auto [name, number] : {std::pair{".embedding_length", &width_},
                                    {".block_count", &layers_},
                                    {".attention.key_length", &key_length_},
                                    {".attention.value_length", &value_length_}}) {
            if (key.ends_with(name)) {
                *number = bounded(gguf_number(reader, type));
                return true;
            }
        }
        if (key.ends_with(".attention.head_count")) {
            take_heads(reader, type, heads_);
        } else if (key.ends_with(".attention.head_count_kv")) {
            take_heads(reader, type, cached_heads_);
        } else {
            return false;
        }
        return true;
    }

    std::uint64_t layers() const { return layers_; }

    std::uint64_t token_bytes() const {
        constexpr std::uint64_t bytes_of_a_number = 2;
        const auto& cached = cached_heads_.seen ? cached_heads_ : heads_;
        auto head_length = heads_.most > 0 ? width_ / heads_.most : 0;
        auto values =
            (key_length_ > 0 ? key_length_ : head_length) + (value_length_ > 0 ? value_length_ : head_length);
        return (cached.of_each_layer ? cached.sum : layers_ * cached.sum) * values * bytes_of_a_number;
    }

private:
    // One number for all layers, or a list with one for each.
    struct Heads {
        bool seen = false;
        bool of_each_layer = false;
        std::uint64_t sum = 0;
        std::uint64_t most = 0;
    };

    static constexpr std::uint64_t most = 1 << 16;

    static std::uint64_t bounded(std::optional<std::uint64_t> number) {
        return std::min(number.value_or(0), most);
    }

    static void take_heads(Reader& reader, ValueType type, Heads& heads) {
        heads.seen = true;
        std::uint64_t count = 1;
        if (type == ValueType::Array) {
            std::tie(type, count) = gguf_list(reader);
            heads.of_each_layer = true;
        }
        auto read = std::min(count, most);
        for (std::uint64_t i = 0; i < read; ++i) {
            auto number = bounded(gguf_number(reader, type));
            heads.sum = std::min(heads.sum + number, most);
            heads.most = std::max(heads.most, number);
        }
        skip_values(reader, type, count - read);
    }

    std::uint64_t width_ = 0;
    std::uint64_t layers_ = 0;
    std::uint64_t key_length_ = 0;
    std::uint64_t value_length_ = 0;
    Heads heads_;
    Heads cached_heads_;
};

ModelFile read_gguf(Reader& reader) {
    constexpr std::uint64_t most_keys = 1 << 16;
    ModelFile file{.kind = ModelKind::Gguf};
    reader.count(2, 3, "as the version of its format");
    auto tensors = reader.number<std::uint64_t>();
    auto keys = reader.number<std::uint64_t>();
    if (tensors == 0 || tensors > most_keys || keys > most_keys) {
        throw Failure(ErrorKind::Malformed, fmt::format("it claims {} weights and {} keys", tensors, keys));
    }
    std::uint64_t alignment = 32;
    AttentionKeys attention;
    for (std::uint64_t i = 0; i < keys; ++i) {
        auto key = gguf_text(reader);
        auto type = static_cast<ValueType>(reader.number<std::uint32_t>());
        if (key == "general.architecture" && type == ValueType::String) {
            file.architecture = gguf_text(reader);
        } else if (key == "general.alignment" && type == ValueType::Uint32) {
            alignment = reader.count(1, 1 << 16, "as its alignment");
        } else if (key == "tokenizer.ggml.tokens" && type == ValueType::Array) {
            auto [element, count] = gguf_list(reader);
            skip_values(reader, element, count);
            file.language.vocabulary = count;
        } else if (key.ends_with(".context_length")) {
            file.language.context = gguf_number(reader, type).value_or(0);
        } else if (!attention.take(reader, key, type)) {
            file.language.has_chat_template |= key == "tokenizer.chat_template";
            skip_value(reader, type);
        }
    }
    file.layers = static_cast<int>(attention.layers());
    file.language.token_bytes = attention.token_bytes();
    Census census;
    std::uint64_t end = 0;
    for (std::uint64_t i = 0; i < tensors; ++i) {
        skip_gguf_text(reader);
        Shape shape;
        auto dimensions = reader.count(0, most_dimensions, "dimensions of weights");
        for (std::uint32_t d = 0; d < dimensions; ++d) {
            shape.add(reader.number<std::uint64_t>());
        }
        const auto& type = weight_type(reader.number<std::uint32_t>());
        auto offset = reader.number<std::uint64_t>();
        auto bytes = bytes_of_weights(shape.values(), type, reader);
        if (offset > reader.size()) {
            throw reader.cut_off();
        }
        end = std::max(end, offset + bytes);
        census.count(type, bytes);
    }
    reader.skip((alignment - reader.at() % alignment) % alignment);
    if (end > reader.left()) {
        throw Failure(ErrorKind::Malformed,
                      fmt::format("it is cut off: {} bytes of its weights are missing", end - reader.left()));
    }
    file.tensors = tensors;
    file.weights = census.winner();
    return file;
}

ModelFile read_model(Reader& reader) {
    auto magic = reader.size() < sizeof(std::uint32_t) ? 0 : reader.number<std::uint32_t>();
    switch (magic) {
        case ggml_magic: return read_ggml(reader);
        case gguf_magic: return read_gguf(reader);
        default: throw Failure(ErrorKind::Malformed, "it is no model file: neither ggml nor GGUF");
    }
}

}  // namespace

std::string_view name_of(ModelKind kind) {
    switch (kind) {
        case ModelKind::Whisper: return "Whisper";
        case ModelKind::Parakeet: return "Parakeet";
        case ModelKind::Silero: return "Silero";
        case ModelKind::Gguf: return "GGUF";
    }
    return "";
}

ModelFile examine(std::istream& file, std::uintmax_t size) {
    Reader reader(file, size);
    auto found = read_model(reader);
    found.bytes = size;
    return found;
}

ModelFile examine(const std::filesystem::path& path) {
    try {
        std::error_code error;
        auto size = std::filesystem::file_size(path, error);
        std::ifstream file(path, std::ios::binary);
        if (error || !file) {
            throw Failure(ErrorKind::NotFound, "it cannot be read", error.message());
        }
        return examine(file, size);
    } catch (const Failure& failure) {
        const auto& error = failure.error();
        throw Failure(error.kind, fmt::format("{}: {}.", path.string(), error.message), error.detail);
    }
}

}  // namespace repartee::models
