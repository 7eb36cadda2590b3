# fuzz_target(wav LINKS audio): tests/fuzz/wav.cpp with LLVMFuzzerTestOneInput and the kept inputs in
# tests/fuzz/corpus/wav/. Under the `fuzz` preset it is a libFuzzer program; in every other build
# it is an ordinary test that replays the corpus (tests/fuzz/replay.cpp).
function(fuzz_target name)
    cmake_parse_arguments(FUZZ "" "" "LINKS" ${ARGN})
    set(corpus ${CMAKE_CURRENT_SOURCE_DIR}/corpus/${name})
    if(REPARTEE_FUZZ)
        add_executable(fuzz_${name} ${name}.cpp)
        target_compile_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        target_link_options(fuzz_${name} PRIVATE -fsanitize=fuzzer)
        add_test(NAME fuzz.${name} COMMAND fuzz_${name} -runs=0 ${corpus})
    else()
        add_executable(fuzz_${name} ${name}.cpp replay.cpp)
        add_test(NAME fuzz.${name} COMMAND fuzz_${name} ${corpus})
    endif()
    target_link_libraries(fuzz_${name} PRIVATE house_headers ${FUZZ_LINKS})
endfunction()
