# Files inside a program.
#
#   embed(docs_viewer DIRECTORY site DEPENDS site.stamp)
#
# makes a library of everything below `site` as it is when the program is built: repartee::embedded::docs_viewer() is a
# net::StaticTree (net/static_file.h), to be declared where it is used. DEPENDS are the files that change when the tree
# does. The assembler takes the bytes as they are, so that megabytes cost no time.
find_program(GZIP gzip REQUIRED)

function(embed name)
    cmake_parse_arguments(EMBED "" "DIRECTORY" "DEPENDS" ${ARGN})
    set(source ${CMAKE_CURRENT_BINARY_DIR}/${name}.cpp)
    set(script ${CMAKE_SOURCE_DIR}/cmake/embed_tree.cmake)
    add_custom_command(OUTPUT ${source}
        COMMAND ${CMAKE_COMMAND} -DNAME=${name} -DDIRECTORY=${EMBED_DIRECTORY} -DSOURCE=${source} -DGZIP=${GZIP} -P ${script}
        DEPENDS ${EMBED_DEPENDS} ${script}
        COMMENT "Embedding ${name}" VERBATIM)
    add_library(${name} STATIC ${source})
    target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/src)
    # ccache cannot see into what the assembler reads, and leaves such a file alone.
    set_target_properties(${name} PROPERTIES UNITY_BUILD OFF)
endfunction()
