# Read by CPack before it packs: which Debian packages our programs link with, and how new those must be, as
# dpkg-shlibdeps finds it. Only our own programs are asked: what runs on the engine kit brings its libraries along.
set(place ${CPACK_TOPLEVEL_DIRECTORY}/shlibdeps)
file(MAKE_DIRECTORY ${place}/debian)
file(WRITE ${place}/debian/control "Source: repartee\n\nPackage: repartee\nArchitecture: any\n")
execute_process(COMMAND dpkg-shlibdeps -O ${REPARTEE_LINKED_PROGRAMS}
    WORKING_DIRECTORY ${place} OUTPUT_VARIABLE found ERROR_QUIET COMMAND_ERROR_IS_FATAL ANY)
string(REGEX REPLACE "^shlibs:Depends=|\n" "" found "${found}")
set(CPACK_DEBIAN_PACKAGE_DEPENDS "${found}, ${CPACK_DEBIAN_PACKAGE_DEPENDS}")
