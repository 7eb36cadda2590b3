# Packages of npm, installed by the build.
#
#   npm_packages()     in a folder with package.json and package-lock.json
#
# installs exactly what the lock names into the folder of the build tree that belongs to the current one, and again when one
# of the two files has changed. Sets in the caller's scope
#   NODE_MODULES   where they are
#   NPM_STAMP      the file to depend on; a rule that does sees them installed
#
# No package gets to run a script of its own. Once they are there, nothing asks the network any more.
find_program(NODE NAMES node nodejs)
find_program(NPM npm)
if(NOT NODE OR NOT NPM)
    message(FATAL_ERROR "Node.js 18 or newer with npm is needed for what browsers get (web/). ./dev installs it; "
        "elsewhere install nodejs and npm.")
endif()
execute_process(COMMAND ${NODE} --version OUTPUT_VARIABLE node_version OUTPUT_STRIP_TRAILING_WHITESPACE)
string(REGEX REPLACE "^v" "" node_version "${node_version}")
if(node_version VERSION_LESS 18)
    message(FATAL_ERROR "${NODE} is version ${node_version}, and what browsers get (web/) wants 18 or newer.")
endif()

function(npm_packages)
    set(stamp ${CMAKE_CURRENT_BINARY_DIR}/packages.stamp)
    set(lists ${CMAKE_CURRENT_SOURCE_DIR}/package.json ${CMAKE_CURRENT_SOURCE_DIR}/package-lock.json)
    file(RELATIVE_PATH folder ${CMAKE_SOURCE_DIR} ${CMAKE_CURRENT_SOURCE_DIR})
    add_custom_command(OUTPUT ${stamp}
        COMMAND ${CMAKE_COMMAND} -DNPM=${NPM} -DFOLDER=${folder} -DSOURCE=${CMAKE_CURRENT_SOURCE_DIR}
            -DDESTINATION=${CMAKE_CURRENT_BINARY_DIR} -P ${CMAKE_SOURCE_DIR}/cmake/npm_install.cmake
        COMMAND ${CMAKE_COMMAND} -E touch ${stamp}
        DEPENDS ${lists} ${CMAKE_SOURCE_DIR}/cmake/npm_install.cmake
        COMMENT "Installing the npm packages of ${folder}" VERBATIM)
    set(NODE_MODULES ${CMAKE_CURRENT_BINARY_DIR}/node_modules PARENT_SCOPE)
    set(NPM_STAMP ${stamp} PARENT_SCOPE)
endfunction()
