# Run by the rule of npm_packages() (Npm.cmake): installs the packages that SOURCE's lock names below DESTINATION.
set(lists package.json package-lock.json)

# A file that is only newer changes nothing, and must not ask the network again.
set(wanted "")
foreach(list ${lists})
    file(SHA256 ${SOURCE}/${list} sum)
    string(APPEND wanted "${sum}\n")
endforeach()
set(record ${DESTINATION}/node_modules/.installed)
if(EXISTS ${record})
    file(READ ${record} installed)
    if(installed STREQUAL wanted)
        return()
    endif()
endif()

foreach(list ${lists})
    file(COPY ${SOURCE}/${list} DESTINATION ${DESTINATION})
endforeach()

# Networks hiccup. The first try is content with what an earlier build has fetched; the later ones ask anew.
set(freshness --prefer-offline)
foreach(pause 2 10 end)
    execute_process(
        COMMAND ${NPM} ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error ${freshness}
        WORKING_DIRECTORY ${DESTINATION} TIMEOUT 300
        RESULT_VARIABLE result OUTPUT_VARIABLE said ERROR_VARIABLE said)
    if(result EQUAL 0)
        file(WRITE ${record} "${wanted}")
        return()
    endif()
    if(NOT pause STREQUAL end)
        message("npm could not install the packages of ${FOLDER} (${result}); trying again in ${pause} s.")
        execute_process(COMMAND ${CMAKE_COMMAND} -E sleep ${pause})
    endif()
    set(freshness "")
endforeach()
message("${said}")
message(FATAL_ERROR "npm could not install the packages of ${FOLDER} (${result}; what it said is above). It fetches them "
    "from the registry of its settings: 'npm ping' tells whether that answers. Once they are installed, building needs no network.")
