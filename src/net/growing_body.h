// A body for Beast's parsers that grows with the bytes that have come. Beast's own string_body reserves what
// Content-Length announces, which is the peer's word for how much memory we should spend.
//
// Internal to this folder; slow to compile, for Beast.
#pragma once

#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/message.hpp>
#include <boost/optional.hpp>
#include <boost/system/error_code.hpp>

#include <cstdint>
#include <string>

namespace repartee::net {

struct GrowingBody {
    using value_type = std::string;

    class reader {
    public:
        template <bool is_request, class Fields>
        reader(boost::beast::http::header<is_request, Fields>&, std::string& body) : body_(body) {}

        void init(const boost::optional<std::uint64_t>&, boost::system::error_code& error) { error = {}; }

        template <class Buffers>
        std::size_t put(const Buffers& buffers, boost::system::error_code& error) {
            error = {};
            auto before = body_.size();
            for (auto buffer : boost::beast::buffers_range_ref(buffers)) {
                body_.append(static_cast<const char*>(buffer.data()), buffer.size());
            }
            return body_.size() - before;
        }

        void finish(boost::system::error_code& error) { error = {}; }

    private:
        std::string& body_;
    };
};

}  // namespace repartee::net
