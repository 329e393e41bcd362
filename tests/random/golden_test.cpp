#include <doctest/doctest.h>
#include <vector>

#include "sim/random/fixed.h"
#include "sim/random/sampler.h"
#include "sim/random/special.h"
#include "sim/random/zipf.h"

// Exact bits. They were printed once, and were equal under gcc 12 and clang 16, from -O0 to
// -O3 -march=native: this file run under another compiler is the test that draws are portable. A
// change here changes the fingerprint of every run.
using namespace wavetank;
using Kind = Law::Kind;

namespace {

using Golden = std::vector<double>;

struct GoldenLaw {
  Law law;
  Golden values;
};

const std::vector<GoldenLaw> golden_laws = {
    {{Kind::uniform, 1, 5, 0, {}},
     {0x1.8099990965c0ep+0, 0x1.2b3d8d3bd960cp+2, 0x1.2cfd974467f7ap+0, 0x1.b3c0f23944c2ep+1,
      0x1.aec0a1b049b82p+1, 0x1.b3f0da2f5ad3cp+0, 0x1.ff93fdd2427b2p+0, 0x1.d875d34f2b402p+0,
      0x1.4045a3a5d17e1p+1, 0x1.21e46fa755d1cp+2, 0x1.3e2b938f5e14dp+1, 0x1.1db6a459b4b54p+2}},
    {{Kind::exponential, 20, 0, 0, {}},
     {0x1.578e219ea0dbfp+1, 0x1.91f27fed0bf65p+5, 0x1.cc16be22b2943p-1, 0x1.261450aac75e2p+4,
      0x1.1e5690bcb1afbp+4, 0x1.eeb7ccb233be5p+1, 0x1.6f87b25de2fc2p+2, 0x1.2ff94b1223774p+2,
      0x1.2d58bb7b10eebp+3, 0x1.5676ade8ef723p+5, 0x1.2927373a7fbf1p+3, 0x1.41aaf9383ed7bp+5}},
    {{Kind::erlang, 20, 4, 0, {}},
     {0x1.2bce2ed6ae59fp+4, 0x1.458d5b730fab7p+4, 0x1.2acdb4823d626p+3, 0x1.634776a1fec2ep+4,
      0x1.0e5d3d415faecp+3, 0x1.3151ba60af40ep+2, 0x1.27c7c8291da7p+3, 0x1.651ab6376f62ep+3,
      0x1.482bbe8797b1ep+3, 0x1.5ad8bca227e63p+5, 0x1.9a887cecabab3p+4, 0x1.84fae5ecb9ebcp+3}},
    {{Kind::hyperexponential, 0.9, 0.1, 10, {}},
     {0x1.0810dd6209d81p-2, 0x1.d548e78040bdep+0, 0x1.222714059fc05p-4, 0x1.251a3e0ff51b8p-5,
      0x1.aeaa1ca473d9ap-15, 0x1.ddddf358d9695p-5, 0x1.98d04e3c2e087p-11, 0x1.d0f5014f5440cp-4,
      0x1.bebcb28e22ed2p-6, 0x1.42ec2ef258ff8p-1, 0x1.12fabfe251d27p-5, 0x1.96a7d9527618dp-10}},
    {{Kind::lognormal, 10, 1, 0, {}},
     {0x1.964e734fc6d38p+1, 0x1.43b0f65fbabb2p+5, 0x1.d0887036211d4p+0, 0x1.9d6bf7f1d2844p+3,
      0x1.931fea1866febp+3, 0x1.f8209be47bd05p+1, 0x1.459a924690e14p+2, 0x1.1f1b095a7adc7p+2,
      0x1.d2053ff04bbfap+2, 0x1.062fb6c1eb54cp+5, 0x1.ccff07c3c120cp+2, 0x1.e4867331c0498p+4}},
    {{Kind::pareto, 1, 1.5, 0, {}},
     {0x1.17f5a1b221a13p+0, 0x1.559b9a0ceb0d7p+2, 0x1.07c8bde0f29c5p+0, 0x1.d8686af4b7234p+0,
      0x1.d0d9a81815899p+0, 0x1.233331e780bfbp+0, 0x1.360225aecf3ecp+0, 0x1.2bea16c0ba039p+0,
      0x1.5e66d4bd5d6e9p+0, 0x1.0a9e0ea59fa46p+2, 0x1.5cdfd9a19e2dep+0, 0x1.e8f9cf328a591p+1}},
    {{Kind::weibull, 10, 0.7, 0, {}},
     {0x1.228a93fc9dc5dp-1, 0x1.2a4172eb61f5ap+5, 0x1.e6e09a87a5858p-4, 0x1.1b9f9d7c2f744p+3,
      0x1.1104ae6535677p+3, 0x1.e9254471280f4p-1, 0x1.ae99425a678acp+0, 0x1.484e0e58d9a3p+0,
      0x1.b46b8b3210fe2p+1, 0x1.da8537eed6dfdp+4, 0x1.abc52e622c782p+1, 0x1.b1e60209bef8p+4}},
    {{Kind::empirical, 0, 0, 0, {1, 2, 8}},
     {0x1p+0, 0x1p+3, 0x1p+0, 0x1p+1, 0x1p+1, 0x1p+0, 0x1p+0, 0x1p+0, 0x1p+1, 0x1p+3, 0x1p+1,
      0x1p+3}},
};

}  // namespace

TEST_CASE("golden: every law, twelve entities each") {
  for (const GoldenLaw& golden : golden_laws) {
    CAPTURE(static_cast<int>(golden.law.kind));
    const sim::Sampler sampler(golden.law);
    for (std::uint64_t i = 0; i < golden.values.size(); ++i) {
      const sim::Entropy entropy{7, Purpose("golden"), i};
      CHECK(sampler.value(entropy) == golden.values[i]);
    }
  }
}

TEST_CASE("golden: durations from a stream, and sizes") {
  const std::vector<std::int64_t> durations = {10321313, 8164965,  14938679, 14752040,
                                               24497525, 25007652, 9044959,  16232014,
                                               18258550, 2352942,  15155651, 16815991};
  const sim::Sampler exponential(DurationLaw{{Kind::exponential, 0.02, 0, 0, {}}});
  Stream stream(7, "golden", "durations");
  for (const std::int64_t ns : durations) CHECK(exponential.duration(stream).ns == ns);

  const std::vector<std::int64_t> sizes = {100759844,  16371254905, 32927074,  1669116651,
                                           1587006798, 155117440,   258832595, 201244219,
                                           530212678,  10740890488, 518841572, 9170494719};
  const sim::Sampler lognormal(SizeLaw{{Kind::lognormal, 1e9, 2, 0, {}}});
  for (std::uint64_t i = 0; i < sizes.size(); ++i) {
    const sim::Entropy entropy{7, Purpose("golden"), i};
    CHECK(lognormal.bytes(entropy).count == sizes[i]);
  }
}

TEST_CASE("golden: the fixed-point exponential") {
  const std::vector<std::uint64_t> values = {
      59482307120758611u,  281990688494538445u, 18170689991079870u, 182097651966462797u,
      180326453067756747u, 245712340040367680u, 10919576301988803u, 258507548587508118u,
      102647821158774627u, 4204853435564971u,   32995453855969624u, 35391609024339123u};
  for (std::size_t i = 0; i < values.size(); ++i)
    CHECK(sim::unit_exponential_q57(mix64(i + 1)) == values[i]);
}

TEST_CASE("golden: ln, exp and pow") {
  const Golden ln = {-0x1.ba18a998fffap+2, -0x1.08a691a12e2a9p+2, -0x1.a6776eea44da9p+0,
                     0x1.6f08c28408045p-1, 0x1.827d4c5c57527p+1,  0x1.51ff6030fb501p+2,
                     0x1.e0f28cfaf995p+2,  0x1.3749f31af5717p+3,  0x1.7d999d05a97d9p+3,
                     0x1.c3838306b9739p+3, 0x1.048d89f967d52p+4,  0x1.2737548287fa6p+4};
  const Golden exp = {0x1.f002ad05b7decp-64, 0x1.668487962c745p-53, 0x1.032336ebed084p-42,
                      0x1.769c539e7366ap-32, 0x1.0ec503d2696e8p-21, 0x1.876d0d0b8aa81p-11,
                      0x1.1aec7b35a00d4p+0,  0x1.98ff00e6ab6cfp+10, 0x1.279f9d10e6a3fp+21,
                      0x1.ab5adb9c436p+31,   0x1.34e4ae51d7605p+42, 0x1.be89ad4412845p+52};
  const Golden pow = {0x1p+0,
                      0x1.9fdf8bcce533fp-4,
                      0x1.a0924e1c82252p-5,
                      0x1.115a8da6ee75ep-5,
                      0x1.937165d5052e4p-6,
                      0x1.3e0b42b2fd6cap-6,
                      0x1.05947eef3f59ap-6,
                      0x1.bb2ece333d7bp-7,
                      0x1.7fb23fb2f2df3p-7,
                      0x1.51cb453b9536ep-7,
                      0x1.2d58a204eba4cp-7,
                      0x1.0fbc34eeff6c8p-7};
  for (int i = 0; i < 12; ++i) {
    const auto at = static_cast<std::size_t>(i);
    const auto power = static_cast<double>(1ul << (3 * i));
    CHECK(sim::ln(1e-3 * power * (1 + i)) == ln[at]);
    CHECK(sim::exp((i - 6) * 7.3 + 0.1) == exp[at]);
    CHECK(sim::pow(1 + 7 * i, -1.1) == pow[at]);
  }
}

TEST_CASE("golden: the normal quantile and gamma") {
  const Golden normal = {-0x1.ab7dc77d5fc65p-2, -0x1.edf486b377becp+0, -0x1.2ec6e149bd054p+0,
                         -0x1.058a03d85c011p+2, 0x1.211f107acbaa9p-1,  -0x1.5d2acfaf0e3d6p+2,
                         -0x1.743aa570f0606p+0, -0x1.a4d331769b8f9p+2, 0x1.84d33f43095cbp-6,
                         -0x1.fdd84e3165151p+2, -0x1.a67ea9a64758bp-1, -0x1.11aaa678d2c42p+3};
  const Golden gamma = {0x1.7eebbb8aec4c7p+1,  0x1.000000000000ap+0,  0x1.0aebf5759a45ep+2,
                        0x1.64ca70e573344p+5,  0x1.b27a7a5963d56p+9,  0x1.9b8ff206ea94cp+14,
                        0x1.14ade639225cdp+20, 0x1.f13c98786447ep+25, 0x1.1e34a99c2c05cp+32,
                        0x1.98f9b5852cd27p+38, 0x1.61f544f303688p+45, 0x1.6beecca72fffap+52};
  for (std::size_t i = 0; i < 12; ++i) {
    const std::uint64_t bits = mix64(i + 1) >> (i % 2 == 1 ? i * 5 : 0);
    CHECK(sim::normal_quantile(bits) == normal[i]);
    CHECK(sim::gamma(0.3 + static_cast<double>(i) * 1.7) == gamma[i]);
  }
}

TEST_CASE("golden: Zipf ranks") {
  const std::vector<std::uint64_t> ranks = {7, 5700, 0, 616, 586, 2862, 0, 3702, 46, 0, 2, 2};
  const sim::Zipf zipf(100'000, 1.1);
  for (std::size_t i = 0; i < ranks.size(); ++i) CHECK(zipf.rank(mix64(i + 1)) == ranks[i]);
}
