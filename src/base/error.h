// How things fail. Used by everyone.
//
// Three cases, three tools:
//   * the caller would reasonably carry on  -> return Result<T> (or std::optional);
//   * it ends the operation                 -> throw Failure, siblings unwind by themselves;
//   * it is our own bug                     -> assert. Input from outside never reaches an assert.
// Failures are caught in few places: the end of a turn, the end of a connection, main.
#pragma once

#include <boost/system/result.hpp>

#include <exception>
#include <string>
#include <string_view>

namespace repartee {

// Few on purpose. Each surface has one table from kind to wire code.
enum class ErrorKind {
    Malformed,        // the bytes are not what they claim to be
    Unauthenticated,  // we do not know who asks
    Forbidden,        // we know, and the answer is no
    NotFound,         // absent, or somebody else's
    Conflict,         // the state has moved on
    TooLarge,         // past a limit on size
    Unsupported,      // well formed, and nothing here can handle it
    Unprocessable,    // well formed, and the values make no sense
    TooMany,          // past a limit on rate
    Busy,             // every place is taken; try again in a moment
    Unavailable,      // switched off, not configured, or gone
    ProviderBroke,    // an engine or a peer answered nonsense, or broke off
    ProviderLate,     // an engine or a peer kept us waiting past its deadline
    TimedOut,         // the client kept us waiting past its deadline
    Cancelled,        // somebody no longer wants the answer
    Internal,         // our bug
};

// Stable lower-case name, for logs and the `code` of JSON bodies: "provider_late".
std::string_view name_of(ErrorKind kind);

struct Error {
    ErrorKind kind = ErrorKind::Internal;
    std::string message;  // helps the person who reads it; may reach a client
    std::string detail;   // for the log alone: what the library said, sizes, ids
    // TooMany, Busy: when it makes sense to come back; 0: in a moment.
    int come_back_in_seconds = 0;
};

// An Error on its way up. `what()` is the message.
class Failure : public std::exception {
public:
    explicit Failure(Error error) : error_(std::move(error)) {}
    Failure(ErrorKind kind, std::string message, std::string detail = {})
        : error_{kind, std::move(message), std::move(detail)} {}

    const Error& error() const noexcept { return error_; }
    const char* what() const noexcept override { return error_.message.c_str(); }

private:
    Error error_;
};

// A value, or the Error that explains its absence. `value()` throws Failure when there is none.
template <class T>
using Result = boost::system::result<T, Error>;

// Found by Result<T>::value() through argument-dependent lookup.
[[noreturn]] void throw_exception_from_error(const Error& error, const boost::source_location&);

// The Error in an exception in flight, whatever its type: Failure as it is, a cancelled
// operation as Cancelled, anything else as Internal with what() in `detail`.
Error error_of(const std::exception_ptr& exception);

}  // namespace repartee
