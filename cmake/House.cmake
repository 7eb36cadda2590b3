# The rules of the house: a folder is a target that links just its arrows, and the unit tests that
# lie beside the code become one test program per folder.
#
#   room(net LINKS base Boost::url)        target `net` from all *.cpp in the folder
#
# Files named *_test.cpp go to `net_test`, and a main.cpp to whoever makes a program of it. HEAVY_TESTS runs that program as one test instead of a
# process per case, for tests that load large models.

add_library(house_headers INTERFACE)
target_include_directories(house_headers INTERFACE ${CMAKE_SOURCE_DIR}/src)
target_link_libraries(house_headers INTERFACE asio fmt::fmt spdlog::spdlog Boost::json Boost::url)

# The headers that nearly every file pulls in and that are slow to read: stable ones, nothing of
# ours, and no Beast. In angle brackets, because ccache serves a fresh clone only if the generated
# header names no path of the checkout.
add_library(house_pch OBJECT ${CMAKE_SOURCE_DIR}/cmake/pch.cpp)
target_link_libraries(house_pch PUBLIC house_headers)
target_precompile_headers(house_pch PRIVATE
    <boost/asio.hpp> <boost/asio/experimental/parallel_group.hpp> <boost/json.hpp> <boost/system/result.hpp>
    <fmt/format.h>
    <algorithm> <array> <chrono> <filesystem> <functional> <map> <memory> <optional> <set> <span> <string>
    <string_view> <unordered_map> <variant> <vector>)

function(room name)
    cmake_parse_arguments(ROOM "HEAVY_TESTS" "" "LINKS;TEST_LINKS" ${ARGN})
    file(GLOB sources CONFIGURE_DEPENDS *.cpp)
    set(tests ${sources})
    list(FILTER tests INCLUDE REGEX "_test\\.cpp$")
    list(FILTER sources EXCLUDE REGEX "(_test|/main)\\.cpp$")
    if(sources)
        add_library(${name} STATIC ${sources})
        target_precompile_headers(${name} REUSE_FROM house_pch)
        target_link_libraries(${name} PUBLIC house_headers ${ROOM_LINKS})
    else()
        add_library(${name} INTERFACE)
        target_link_libraries(${name} INTERFACE house_headers ${ROOM_LINKS})
    endif()
    if(tests AND REPARTEE_TESTS)
        set(options)
        if(ROOM_HEAVY_TESTS)
            set(options HEAVY)
        endif()
        test_program(${name}_test ${options} SOURCES ${tests} LINKS ${name} ${ROOM_TEST_LINKS})
    endif()
endfunction()

# LAUNCHER: the command that a HEAVY program is started by.
function(test_program name)
    cmake_parse_arguments(TEST "HEAVY" "" "SOURCES;LINKS;LAUNCHER" ${ARGN})
    find_package(GTest REQUIRED)
    include(GoogleTest)
    add_executable(${name} ${TEST_SOURCES})
    target_precompile_headers(${name} REUSE_FROM house_pch)
    target_link_libraries(${name} PRIVATE house_headers ${TEST_LINKS} GTest::gmock_main)
    if(TEST_HEAVY)
        add_test(NAME ${name} COMMAND ${TEST_LAUNCHER} $<TARGET_FILE:${name}>)
        set_tests_properties(${name} PROPERTIES TIMEOUT 300)
    else()
        gtest_discover_tests(${name} TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST PROPERTIES TIMEOUT 60)
    endif()
endfunction()

# A worker: the program `name` from main.cpp, around the room that has its engine.
function(worker_program name room)
    add_executable(${name} main.cpp)
    target_precompile_headers(${name} REUSE_FROM house_pch)
    target_link_libraries(${name} PRIVATE ${room})
endfunction()
