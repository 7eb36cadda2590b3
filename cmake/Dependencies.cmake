# Libraries from the system's packages; the package of each is in tools/packages.txt.
find_package(PkgConfig REQUIRED)
find_package(Threads REQUIRED)
find_package(OpenSSL 3 REQUIRED)
find_package(ZLIB REQUIRED)
find_package(Boost 1.81 REQUIRED COMPONENTS json url)
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(CLI11 REQUIRED)
find_package(prometheus-cpp REQUIRED)
find_package(SQLite3 REQUIRED)
pkg_check_modules(TomlPlusPlus REQUIRED IMPORTED_TARGET tomlplusplus)
pkg_check_modules(SpeexDsp REQUIRED IMPORTED_TARGET speexdsp)
pkg_check_modules(seccomp REQUIRED IMPORTED_TARGET libseccomp)
pkg_check_modules(FFmpeg REQUIRED IMPORTED_TARGET libavformat libavcodec libswresample libavutil)
pkg_check_modules(EspeakNg REQUIRED IMPORTED_TARGET espeak-ng)
pkg_check_modules(PostgreSQL REQUIRED IMPORTED_TARGET libpq)
pkg_check_modules(Argon2 REQUIRED IMPORTED_TARGET libargon2)

# Their pkg-config file names an include directory that the package does not have.
pkg_check_modules(PocketSphinx REQUIRED pocketsphinx)
pkg_get_variable(POCKETSPHINX_MODELS pocketsphinx modeldir)
add_library(pocketsphinx INTERFACE)
target_link_libraries(pocketsphinx INTERFACE -lpocketsphinx -lsphinxbase)
target_include_directories(pocketsphinx SYSTEM INTERFACE /usr/include/pocketsphinx)

# Its pkg-config file asks for -pthread, with which the precompiled header does not fit. The other two are what it
# brings, and are told to be quiet.
pkg_check_modules(PortAudio REQUIRED portaudio-2.0 alsa jack)
add_library(portaudio INTERFACE)
target_link_libraries(portaudio INTERFACE -lportaudio -lasound -ljack)

# Its pkg-config file defines _FILE_OFFSET_BITS, with which the precompiled header does not fit.
pkg_check_modules(Hiredis REQUIRED hiredis)
add_library(hiredis INTERFACE)
target_link_libraries(hiredis INTERFACE -lhiredis)

# Its pkg-config file names a folder that its headers do not lie in.
add_library(kissfft INTERFACE)
target_link_libraries(kissfft INTERFACE -lkissfft-float)

# flite ships neither a CMake package nor a pkg-config file.
add_library(flite INTERFACE)
target_link_libraries(flite INTERFACE -lflite_cmu_us_slt -lflite_usenglish -lflite_cmulex -lflite)

# One definition for all, so that the precompiled header fits every target. What of Asio is no template is compiled
# once, in a file of its own, and not in each. Asio would keep a few pieces of memory
# for whatever comes next, and a socket that is idle wait in one far larger than it needs: 3 KiB a call, and no less
# work for the processor.
add_library(asio STATIC ${CMAKE_SOURCE_DIR}/cmake/asio.cpp)
target_link_libraries(asio PUBLIC Boost::headers Threads::Threads OpenSSL::SSL OpenSSL::Crypto)
target_compile_definitions(asio PUBLIC BOOST_ASIO_NO_DEPRECATED BOOST_ASIO_DISABLE_BOOST_COROUTINE
    BOOST_ASIO_SEPARATE_COMPILATION
    BOOST_ASIO_DISABLE_SMALL_BLOCK_RECYCLING BOOST_ASIO_DISABLE_AWAITABLE_FRAME_RECYCLING
    SPDLOG_COMPILED_LIB SPDLOG_FMT_EXTERNAL)

# FAISS is a static library, and refers to LAPACK for things that we do not use of it. The plain LAPACK and BLAS are linked
# statically, too: half a megabyte, while the shared OpenBLAS would take 36 MB and begin a thread for each processor core
# at every start, of a server and of a `repartee --help`. Elsewhere than on Debian, whatever there is.
find_library(FAISS_LIBRARY NAMES libfaiss.a faiss REQUIRED)
find_path(FAISS_INCLUDE faiss/IndexIVFFlat.h REQUIRED)
find_library(PLAIN_LAPACK NAMES liblapack.a PATH_SUFFIXES lapack NO_CACHE PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/lapack NO_DEFAULT_PATH)
find_library(PLAIN_BLAS NAMES libblas.a NO_CACHE PATHS /usr/lib/${CMAKE_LIBRARY_ARCHITECTURE}/blas NO_DEFAULT_PATH)
add_library(faiss_index INTERFACE)
target_include_directories(faiss_index SYSTEM INTERFACE ${FAISS_INCLUDE})
if(PLAIN_LAPACK AND PLAIN_BLAS)
    add_library(fortran_runtime OBJECT ${CMAKE_SOURCE_DIR}/cmake/fortran_runtime.cpp)
    target_link_libraries(faiss_index INTERFACE ${FAISS_LIBRARY} $<TARGET_OBJECTS:fortran_runtime> ${PLAIN_LAPACK}
        ${PLAIN_BLAS} -lgomp)
else()
    target_link_libraries(faiss_index INTERFACE ${FAISS_LIBRARY} -llapack -lblas -lgomp)
endif()
