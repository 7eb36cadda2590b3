# Plural folders: a contract on top and one folder per implementation, named once in a list.
#
#   parts(engine engines "energy;flite" "Catalogue& catalogue")
#
# adds each folder and generates a file that calls repartee::<plural>::<folder>::offer(...) for
# every one of them. Static self-registration would be tempting; linkers drop it silently.
function(parts singular plural folders parameter header entry)
    string(REGEX REPLACE "^.*[ &]" "" argument "${parameter}")
    set(declarations "")
    set(calls "")
    foreach(folder ${folders})
        string(APPEND declarations "namespace repartee::${plural}::${folder} { void offer(${parameter}); }\n")
        string(APPEND calls "    ${folder}::offer(${argument});\n")
    endforeach()
    set(PARTS_HEADER ${header})
    set(PARTS_PLURAL ${plural})
    set(PARTS_ENTRY ${entry})
    set(PARTS_PARAMETER ${parameter})
    set(PARTS_DECLARATIONS ${declarations})
    set(PARTS_CALLS ${calls})
    configure_file(${CMAKE_SOURCE_DIR}/cmake/parts.cpp.in ${CMAKE_CURRENT_BINARY_DIR}/all_${plural}.cpp)
    add_library(all_${plural} STATIC ${CMAKE_CURRENT_BINARY_DIR}/all_${plural}.cpp)
    target_precompile_headers(all_${plural} REUSE_FROM house_pch)
    target_link_libraries(all_${plural} PUBLIC ${plural})
    foreach(folder ${folders})
        add_subdirectory(${folder})
        target_link_libraries(all_${plural} PRIVATE ${singular}_${folder})
    endforeach()
endfunction()
