#pragma once
// 128-bit integers, for products and sums that must stay exact. Both supported compilers have them;
// the standard does not, hence the one __extension__ here.

namespace wavetank {

__extension__ using Uint128 = unsigned __int128;
__extension__ using Int128 = __int128;

}  // namespace wavetank
