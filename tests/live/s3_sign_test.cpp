// Signatures against the examples of the S3 API reference, "Signature Calculations for the
// Authorization Header".

#include <doctest/doctest.h>

#include "system/live/s3_sign.h"
#include "system/live/s3_xml.h"

using namespace wavetank::live;

namespace {

const S3Credentials credentials{"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
                                "us-east-1"};

S3Request request(const char* method, const char* path, const std::string& digest) {
  S3Request made;
  made.method = method;
  made.path = path;
  made.headers = {{"host", "examplebucket.s3.amazonaws.com"},
                  {"x-amz-content-sha256", digest},
                  {"x-amz-date", "20130524T000000Z"}};
  return made;
}

std::string signature_of(const S3Request& request) {
  const std::string header = authorization(request, credentials);
  return header.substr(header.rfind('=') + 1);
}

}  // namespace

TEST_CASE("live S3: requests are signed as the reference signs them") {
  const std::string empty = sha256_hex("");
  S3Request get = request("GET", "/test.txt", empty);
  get.headers["range"] = "bytes=0-9";
  CHECK(signature_of(get) == "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  S3Request put = request("PUT", "/test$file.text", sha256_hex("Welcome to Amazon S3."));
  put.headers["date"] = "Fri, 24 May 2013 00:00:00 GMT";
  put.headers["x-amz-storage-class"] = "REDUCED_REDUNDANCY";
  CHECK(signature_of(put) == "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  S3Request list = request("GET", "/", empty);
  list.query = {{"prefix", "J"}, {"max-keys", "2"}};
  CHECK(signature_of(list) == "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
}

TEST_CASE("live S3: a query is sorted and encoded, slashes too") {
  S3Request list;
  list.query = {{"prefix", "a/b c"}, {"list-type", "2"}};
  CHECK(canonical_query(list) == "list-type=2&prefix=a%2Fb%20c");
  CHECK(percent_encode("/a b/~x", true) == "/a%20b/~x");
}

TEST_CASE("live S3: the XML of a listing is read, and what is no XML gives nothing") {
  const std::string xml =
      "<R><C><Key>a&amp;b&#x2F;&lt;</Key></C><C><Key>two</Key></C><T>true</T></R>";
  const auto entries = xml_elements(xml, "C");
  REQUIRE(entries.size() == 2);
  CHECK(xml_text(entries[0], "Key") == "a&b/<");
  CHECK(xml_text(entries[1], "Key") == "two");
  CHECK(xml_text(xml, "Missing") == "");
  CHECK(xml_text("<Key>cut", "Key") == "");
  CHECK(xml_text("<K>&#</K><K>&", "K") == "&#");
}
