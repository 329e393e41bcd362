# The live world. Only here are the clients of real services found and linked.
find_package(PkgConfig REQUIRED)
find_package(Boost 1.81 REQUIRED)
find_package(CURL 7.88 REQUIRED)
pkg_check_modules(rdkafka REQUIRED IMPORTED_TARGET rdkafka)
pkg_check_modules(pqxx REQUIRED IMPORTED_TARGET libpqxx)
pkg_check_modules(hiredis REQUIRED IMPORTED_TARGET hiredis)
find_package(OpenSSL REQUIRED)

wavetank_library(live FOLDER system/live
                 LINK ports nlohmann_json::nlohmann_json Boost::headers CURL::libcurl
                      PkgConfig::rdkafka PkgConfig::pqxx PkgConfig::hiredis OpenSSL::SSL
                      OpenSSL::Crypto
                      Threads::Threads)
# The thread sanitizer sees no fences; the locks beside them are enough for it.
target_compile_definitions(wavetank_live PUBLIC
  WAVETANK_LIVE $<$<CONFIG:Tsan>:BOOST_ASIO_DISABLE_FENCED_BLOCK>)
wavetank_library(app_live FOLDER app/live LINK app live)
# Commands of one binary: each of the two calls the other.
target_compile_definitions(wavetank_app PUBLIC WAVETANK_LIVE)
target_link_libraries(wavetank_app PUBLIC wavetank_app_live)
