#include "wyoming/event.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <utility>

namespace repartee::wyoming {

namespace {

// Of the protocol's own package, whose events these are.
constexpr std::string_view version = "1.9.0";

// Deep nesting costs stack, and no event needs it.
constexpr std::size_t deepest = 16;

// Bytes read and done with stay in front of the buffer until they are worth moving.
constexpr std::size_t worth_moving = 64 << 10;

Error malformed(std::string_view what) {
    return {ErrorKind::Malformed, "The other side does not speak the Wyoming protocol.", std::string(what)};
}

Error too_large(std::string_view what) {
    return {ErrorKind::TooLarge, "The other side sent an event that is too large.", std::string(what)};
}

std::optional<boost::json::object> parse_object(std::string_view text) {
    boost::json::parse_options options;
    options.max_depth = deepest;
    boost::system::error_code error;
    auto value = boost::json::parse(text, error, {}, options);
    if (error || !value.is_object()) {
        return std::nullopt;
    }
    return std::move(value.get_object());
}

// Absent and null are zero; nothing for what is no length.
std::optional<std::size_t> length_of(const boost::json::object& header, std::string_view key) {
    const auto* value = header.if_contains(key);
    if (value == nullptr || value->is_null()) {
        return 0;
    }
    if (value->is_int64() && value->get_int64() >= 0) {
        return static_cast<std::size_t>(value->get_int64());
    }
    return std::nullopt;
}

}  // namespace

std::optional<std::string_view> Event::text(std::string_view key) const {
    const auto* value = data.if_contains(key);
    return value != nullptr && value->is_string() ? std::optional<std::string_view>(value->get_string())
                                                  : std::nullopt;
}

std::optional<std::int64_t> Event::number(std::string_view key) const {
    const auto* value = data.if_contains(key);
    return value != nullptr && value->is_int64() ? std::optional(value->get_int64()) : std::nullopt;
}

std::optional<double> Event::real(std::string_view key) const {
    const auto* value = data.if_contains(key);
    return value != nullptr && value->is_number() ? std::optional(value->to_number<double>()) : std::nullopt;
}

bool Event::flag(std::string_view key) const {
    const auto* value = data.if_contains(key);
    return value != nullptr && value->is_bool() && value->get_bool();
}

std::string encode(const Event& event) {
    auto data = event.data.empty() ? std::string() : boost::json::serialize(event.data);
    boost::json::object header{{"type", event.type}, {"version", version}};
    if (!data.empty()) {
        header["data_length"] = data.size();
    }
    if (!event.payload.empty()) {
        header["payload_length"] = event.payload.size();
    }
    auto bytes = boost::json::serialize(header);
    bytes.reserve(bytes.size() + 1 + data.size() + event.payload.size());
    bytes += '\n';
    bytes += data;
    bytes += event.payload;
    return bytes;
}

void EventReader::push(std::string_view bytes) {
    if (begin_ == bytes_.size() || begin_ >= worth_moving) {
        bytes_.erase(0, begin_);
        searched_ -= std::min(searched_, begin_);
        begin_ = 0;
    }
    bytes_ += bytes;
}

Result<std::optional<Event>> EventReader::next() {
    if (!header_) {
        auto header = read_header();
        if (!header) {
            return header.error();
        }
        header_ = std::move(*header);
    }
    if (!header_ || bytes_.size() - begin_ < header_->data_length + header_->payload_length) {
        return std::optional<Event>();
    }
    auto event = std::move(header_->event);
    auto rest = std::string_view(bytes_).substr(begin_);
    if (header_->data_length > 0) {
        auto data = parse_object(rest.substr(0, header_->data_length));
        if (!data) {
            return malformed("the data of '" + event.type + "' is no JSON object");
        }
        for (auto& [key, value] : *data) {
            event.data.insert_or_assign(key, std::move(value));
        }
    }
    event.payload = rest.substr(header_->data_length, header_->payload_length);
    begin_ += header_->data_length + header_->payload_length;
    searched_ = begin_;
    header_.reset();
    return std::optional(std::move(event));
}

Result<std::optional<EventReader::Header>> EventReader::read_header() {
    auto end = bytes_.find('\n', std::max(begin_, searched_));
    searched_ = bytes_.size();
    if ((end == std::string::npos ? bytes_.size() : end) - begin_ > limits_.header) {
        return too_large("the header line");
    }
    if (end == std::string::npos) {
        return std::optional<Header>();
    }
    auto fields = parse_object(std::string_view(bytes_).substr(begin_, end - begin_));
    begin_ = end + 1;
    if (!fields) {
        return malformed("the header line is no JSON object");
    }
    Header header;
    const auto* type = fields->if_contains("type");
    auto data_length = length_of(*fields, "data_length");
    auto payload_length = length_of(*fields, "payload_length");
    if (type == nullptr || !type->is_string() || !data_length || !payload_length) {
        return malformed("the header lacks a type or has a length that is none");
    }
    if (*data_length > limits_.data || *payload_length > limits_.payload) {
        return too_large("its announced length");
    }
    header.event.type = type->get_string();
    header.data_length = *data_length;
    header.payload_length = *payload_length;
    if (auto* data = fields->if_contains("data"); data != nullptr && data->is_object()) {
        header.event.data = std::move(data->get_object());
    }
    return std::optional(std::move(header));
}

}  // namespace repartee::wyoming
