#pragma once
// A mean with its interval, in one unit and with as many digits as four that count.

#include <string>
#include <string_view>

namespace wavetank::reports {

/// A unit and a scale for values as large as `like`: "ms" and 1000 for 0.0123 s.
class Figures {
 public:
  Figures(std::string_view unit, double like);
  /// At least so many digits that two of `fine` show.
  Figures& resolving(double fine);

  /// "12.34", with the unit's own sign: "99.12".
  std::string number(double value) const;
  /// "12.34 ms".
  std::string with_unit(double value) const;

 private:
  double factor_ = 1;
  std::string unit_;
  int places_ = 0;
};

/// "1.6 %"; "0.05 %"; "-" where it is infinite.
std::string relative_text(double share);

}  // namespace wavetank::reports
