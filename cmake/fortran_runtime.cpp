// FAISS refers to LAPACK, for what we do not use of it, and Debian's static LAPACK to these two functions of
// the Fortran runtime. With them here, nothing else of that runtime comes in.
#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <cstring>

// NOLINTBEGIN(readability-identifier-naming,bugprone-reserved-identifier): the names are Fortran's.

// A routine was called with wrong arguments, which can only be our bug: it is called with none.
extern "C" [[noreturn]] void xerbla_(const char*, const int*, std::size_t) {
    std::abort();
}

// destination = left // right, cut or filled up with blanks.
extern "C" void _gfortran_concat_string(std::size_t length, char* destination, std::size_t left_length,
                                        const char* left, std::size_t right_length, const char* right) {
    const std::size_t from_left = std::min(length, left_length);
    const std::size_t from_right = std::min(length - from_left, right_length);
    std::memcpy(destination, left, from_left);
    std::memcpy(destination + from_left, right, from_right);
    std::memset(destination + from_left + from_right, ' ', length - from_left - from_right);
}

// NOLINTEND(readability-identifier-naming,bugprone-reserved-identifier)
