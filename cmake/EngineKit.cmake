# whisper.cpp and llama.cpp: the system's where it has them, else the kit that tools/engine_kit.sh has unpacked
# into build/engine-kit. ENGINE_KIT is "system", where programs find the kit, or empty where there is neither.
#
#   whisper_cpp                   to link with
#   link_engine_kit(program)      makes the program run on the kit's libc, which is newer than the machine's
pkg_check_modules(Whisper IMPORTED_TARGET whisper)
set(ENGINE_KIT "")
set(kit_root ${CMAKE_SOURCE_DIR}/build/engine-kit/root)
execute_process(COMMAND ${CMAKE_CXX_COMPILER} -print-multiarch OUTPUT_VARIABLE kit_triplet
    OUTPUT_STRIP_TRAILING_WHITESPACE ERROR_QUIET)
if(NOT kit_triplet)
    set(kit_triplet ${CMAKE_LIBRARY_ARCHITECTURE})  # clang does not know the option
endif()
set(kit_libraries ${kit_root}/usr/lib/${kit_triplet})
# Where programs will find the kit: where it has been unpacked, unless a package takes it along.
set(REPARTEE_KIT_AT "" CACHE PATH "Where the engine kit will be installed; empty: it stays in the build tree")
set(kit_at ${kit_root})
if(REPARTEE_KIT_AT)
    set(kit_at ${REPARTEE_KIT_AT})
endif()
set(kit_libraries_at ${kit_at}/usr/lib/${kit_triplet})

add_library(whisper_cpp INTERFACE)
if(Whisper_FOUND)
    set(ENGINE_KIT system)
    target_link_libraries(whisper_cpp INTERFACE PkgConfig::Whisper -lparakeet -lggml -lggml-base ${CMAKE_DL_LIBS})
elseif(EXISTS ${kit_libraries}/libwhisper.so)
    set(ENGINE_KIT ${kit_at})
    target_include_directories(whisper_cpp SYSTEM INTERFACE ${kit_root}/usr/include)
    target_link_libraries(whisper_cpp INTERFACE -L${kit_libraries} -lwhisper -lparakeet -lggml -lggml-base)
    target_link_options(whisper_cpp INTERFACE -Wl,--allow-shlib-undefined)
    target_compile_definitions(whisper_cpp INTERFACE REPARTEE_GGML_BACK_ENDS="${kit_libraries_at}/ggml/backends0")
endif()

if(NOT ENGINE_KIT AND NOT "$ENV{CI}" STREQUAL "")
    message(FATAL_ERROR "There is neither a system's whisper.cpp nor the engine kit, and CI has to build and test all "
        "engines. ./dev fetches the kit; build/engine-kit.log says why it could not.")
endif()

function(link_engine_kit program)
    if(ENGINE_KIT STREQUAL "system")
        return()
    endif()
    file(GLOB loader RELATIVE ${kit_libraries} ${kit_libraries}/ld-linux*.so.*)
    target_link_options(${program} PRIVATE -Wl,--disable-new-dtags -Wl,-rpath,${kit_libraries_at}
        -Wl,--dynamic-linker=${kit_libraries_at}/${loader})
    # CMake would take it out again at installing.
    set_target_properties(${program} PROPERTIES INSTALL_RPATH ${kit_libraries_at})
endfunction()
