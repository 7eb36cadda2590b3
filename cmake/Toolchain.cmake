# Compiler, linker and warnings for everything we build.
set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR})
if(NOT CMAKE_BUILD_TYPE)
    set(CMAKE_BUILD_TYPE RelWithDebInfo)
endif()

# ccache serves a fresh clone too: paths are made relative to the checkout.
find_program(CCACHE ccache)
if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CMAKE_COMMAND} -E env
        CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} CCACHE_NOHASHDIR=true
        CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime ${CCACHE})
endif()

# Only libraries that are really used are loaded: each costs time at every start.
add_link_options(-Wl,--as-needed)

find_program(MOLD mold)
if(MOLD)
    add_link_options(-fuse-ld=mold)
endif()

add_compile_options(-Wall -Wextra -Wpedantic -Wnon-virtual-dtor 
    -Woverloaded-virtual -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU")
    # In coroutine frames GCC 12 sees uninitialised variables where clang and the sanitizers see none.
    add_compile_options(-Wshadow=local -fcoroutines -Wno-maybe-uninitialized -Wno-missing-field-initializers)
    # In std::string, inlined by an optimiser that goes further, it sees copies of more than there is memory, and of
    # what overlaps.
    add_compile_options($<$<CONFIG:Release>:-Wno-stringop-overflow> $<$<CONFIG:Release>:-Wno-array-bounds>
        $<$<CONFIG:Release>:-Wno-restrict>)
    # Where files are compiled together, it takes each for a header, whose unnamed namespaces would be a mistake.
    if(CMAKE_UNITY_BUILD)
        add_compile_options(-Wno-subobject-linkage)
    endif()
    # What ccache needs to reuse objects built on top of a precompiled header.
    add_compile_options($<$<COMPILE_LANGUAGE:CXX>:-fpch-preprocess>)
else()
    add_compile_options(-Wshadow -Wno-missing-field-initializers -Wno-missing-designated-field-initializers)
endif()
if(REPARTEE_WARNINGS_AS_ERRORS)
    add_compile_options(-Werror)
endif()
if(REPARTEE_SANITIZE)
    add_compile_options(-fsanitize=${REPARTEE_SANITIZE})
    add_link_options(-fsanitize=${REPARTEE_SANITIZE})
    if(REPARTEE_SANITIZE MATCHES thread)
        # ThreadSanitizer knows no fences; Asio's stand beside mutexes, which it knows.
        add_compile_definitions(BOOST_ASIO_DISABLE_FENCED_BLOCK)
        add_compile_options(-Wno-tsan)
    endif()
endif()
