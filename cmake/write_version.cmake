# Run as a script at build time; writes OUTPUT only if the version changed.
set(text "${VERSION}")
if(GIT)
  execute_process(COMMAND "${GIT}" -C "${SOURCE_DIR}" describe --always --dirty --exclude=*
                  OUTPUT_VARIABLE commit OUTPUT_STRIP_TRAILING_WHITESPACE
                  RESULT_VARIABLE failed ERROR_QUIET)
  if(NOT failed AND commit)
    string(APPEND text "+${commit}")
  endif()
endif()

set(source "extern const char wavetank_version[];\nconst char wavetank_version[] = \"${text}\";\n")
if(EXISTS "${OUTPUT}")
  file(READ "${OUTPUT}" before)
endif()
if(NOT "${before}" STREQUAL "${source}")
  file(WRITE "${OUTPUT}" "${source}")
endif()
