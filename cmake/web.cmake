# The HTML report's front end. reports/web/build.sh OUTDIR writes OUTDIR/report.js, report.css
# and template.html; all presets share build/web, so the bundle is built once. Each file is
# embedded as
#   extern const char wavetank_report_js[];   extern const unsigned long wavetank_report_js_size;
# with css and template in place of js. The size leaves out the terminating zero byte. Without
# reports/web, all are empty.

set(web_source "${PROJECT_SOURCE_DIR}/reports/web")
set(web_output "${PROJECT_SOURCE_DIR}/build/web")
set(web_embed "${PROJECT_BINARY_DIR}/generated/report_web.cpp")

get_target_property(reports_type wavetank_reports TYPE)
if(reports_type STREQUAL "INTERFACE_LIBRARY")
  return()
endif()

if(EXISTS "${web_source}/build.sh")
  set(web_js "${web_output}/report.js")
  set(web_css "${web_output}/report.css")
  set(web_template "${web_output}/template.html")
  file(GLOB_RECURSE web_inputs CONFIGURE_DEPENDS "${web_source}/src/*")
  file(GLOB web_files CONFIGURE_DEPENDS "${web_source}/*.js" "${web_source}/*.mjs"
       "${web_source}/*.cjs" "${web_source}/*.html" "${web_source}/*.json" "${web_source}/build.sh")
  find_program(FLOCK_PROGRAM flock REQUIRED)
  file(MAKE_DIRECTORY "${web_output}")
  add_custom_command(
    OUTPUT "${web_js}" "${web_css}" "${web_template}"
    # The lock keeps two presets that build at once from writing the shared folder together.
    COMMAND "${FLOCK_PROGRAM}" "${web_output}/.lock" bash "${web_source}/build.sh" "${web_output}"
    DEPENDS ${web_inputs} ${web_files}
    COMMENT "Bundling the report's front end"
    VERBATIM)
else()
  set(web_js "${PROJECT_BINARY_DIR}/generated/empty")
  set(web_css "${web_js}")
  set(web_template "${web_js}")
  file(WRITE "${web_js}" "")
endif()

configure_file("${PROJECT_SOURCE_DIR}/cmake/report_web.cpp.in" "${web_embed}" @ONLY)
set_source_files_properties("${web_embed}" PROPERTIES
                            OBJECT_DEPENDS "${web_js};${web_css};${web_template}")
target_sources(wavetank_reports PRIVATE "${web_embed}")
