#include "base/error.h"

#include <boost/asio/error.hpp>

namespace repartee {

std::string_view name_of(ErrorKind kind) {
    switch (kind) {
        case ErrorKind::Malformed: return "malformed";
        case ErrorKind::Unauthenticated: return "unauthenticated";
        case ErrorKind::Forbidden: return "forbidden";
        case ErrorKind::NotFound: return "not_found";
        case ErrorKind::Conflict: return "conflict";
        case ErrorKind::TooLarge: return "too_large";
        case ErrorKind::Unsupported: return "unsupported";
        case ErrorKind::Unprocessable: return "unprocessable";
        case ErrorKind::TooMany: return "too_many";
        case ErrorKind::Busy: return "busy";
        case ErrorKind::Unavailable: return "unavailable";
        case ErrorKind::ProviderBroke: return "provider_broke";
        case ErrorKind::ProviderLate: return "provider_late";
        case ErrorKind::TimedOut: return "timed_out";
        case ErrorKind::Cancelled: return "cancelled";
        case ErrorKind::Internal: return "internal";
    }
    return "internal";
}

void throw_exception_from_error(const Error& error, const boost::source_location&) {
    throw Failure(error);
}

Error error_of(const std::exception_ptr& exception) {
    try {
        std::rethrow_exception(exception);
    } catch (const Failure& failure) {
        return failure.error();
    } catch (const boost::system::system_error& error) {
        if (error.code() == boost::asio::error::operation_aborted) {
            return {ErrorKind::Cancelled, "cancelled", {}};
        }
        return {ErrorKind::Internal, "internal error", error.what()};
    } catch (const std::exception& error) {
        return {ErrorKind::Internal, "internal error", error.what()};
    } catch (...) {
        return {ErrorKind::Internal, "internal error", "an exception of unknown type"};
    }
}

}  // namespace repartee
