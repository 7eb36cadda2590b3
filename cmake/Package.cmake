# The Debian package: `./dev package` makes build/package/repartee_VERSION_ARCHITECTURE.deb.
#
# Programs and the engine kit lie together in /usr/lib/repartee, where the server finds its workers beside itself;
# /usr/bin/repartee points there.
if(NOT TARGET repartee)
    return()
endif()
set(home lib/repartee)
set(doc share/doc/repartee)

install(TARGETS repartee repartee-decode repartee-espeak RUNTIME DESTINATION ${home})
if(TARGET repartee-whisper)
    install(TARGETS repartee-whisper RUNTIME DESTINATION ${home})
endif()
install(CODE "
    file(MAKE_DIRECTORY \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin)
    file(CREATE_LINK ../${home}/repartee \$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/bin/repartee SYMBOLIC)")
if(REPARTEE_KIT_AT)
    # Libraries and llama-server, with the licences of the packages that they come from.
    install(DIRECTORY ${kit_root}/usr DESTINATION ${home}/engine-kit USE_SOURCE_PERMISSIONS
        PATTERN include EXCLUDE
        PATTERN libexec EXCLUDE
        PATTERN man EXCLUDE
        PATTERN locale EXCLUDE
        PATTERN "*.a" EXCLUDE
        PATTERN "*.o" EXCLUDE
        PATTERN pkgconfig EXCLUDE
        PATTERN cmake EXCLUDE
        PATTERN gconv EXCLUDE
        PATTERN audit EXCLUDE)
endif()

install(FILES deploy/systemd/repartee.service deploy/systemd/repartee.socket DESTINATION lib/systemd/system)
install(FILES deploy/systemd/repartee.sysusers DESTINATION lib/sysusers.d RENAME repartee.conf)
install(FILES deploy/debian/repartee.default DESTINATION /etc/default RENAME repartee)
install(CODE "
    file(MAKE_DIRECTORY \$ENV{DESTDIR}/etc/repartee)
    execute_process(COMMAND $<TARGET_FILE:repartee> check --example
        OUTPUT_FILE \$ENV{DESTDIR}/etc/repartee/repartee.toml COMMAND_ERROR_IS_FATAL ANY)")
install(FILES README.md LICENSES.md DESTINATION ${doc})
install(FILES LICENSE DESTINATION ${doc} RENAME copyright)
install(FILES .env.example DESTINATION ${doc} RENAME env.example)
install(DIRECTORY docs/ DESTINATION ${doc} FILES_MATCHING PATTERN "*.md")
install(DIRECTORY examples DESTINATION ${doc})

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME repartee)
set(CPACK_PACKAGE_CONTACT "The repartee authors <repartee@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "voice-agent server that hears, thinks and speaks")
set(CPACK_PACKAGE_DESCRIPTION "One program for robots, toys, phones, browsers and rooms: speech to text, a language model with
memory and skills, and text to speech, all of it on this machine where that is wished.")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION sound)
set(CPACK_DEBIAN_PACKAGE_PRIORITY optional)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_DEBIAN_PACKAGE_DEPENDS "pocketsphinx-en-us, espeak-ng-data, systemd | systemd-standalone-sysusers, ca-certificates")
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "libasound2-plugins")
set(CPACK_DEBIAN_PACKAGE_SUGGESTS "postgresql, redis-server")
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
foreach(script postinst prerm postrm conffiles)
    list(APPEND CPACK_DEBIAN_PACKAGE_CONTROL_EXTRA ${CMAKE_SOURCE_DIR}/deploy/debian/${script})
endforeach()
# depends.cmake is read by cpack, which knows variables that begin like this only through a file of ours.
file(GENERATE OUTPUT ${CMAKE_BINARY_DIR}/package_depends.cmake CONTENT
    "set(REPARTEE_LINKED_PROGRAMS $<TARGET_FILE:repartee> $<TARGET_FILE:repartee-decode> $<TARGET_FILE:repartee-espeak>)
include(${CMAKE_SOURCE_DIR}/deploy/debian/depends.cmake)
")
set(CPACK_PROJECT_CONFIG_FILE ${CMAKE_BINARY_DIR}/package_depends.cmake)
include(CPack)
