# Makes the tables of schedule.sh of its rows: "TOOL RATE name=value ...". Medians over the rounds.
{
  key = $1 " " $2
  if (!(key in rounds)) order[++rows] = key
  ++rounds[key]
  for (i = 3; i <= NF; ++i) {
    split($i, part, "=")
    all[key, part[1], rounds[key]] = part[2] + 0
  }
}
function median(key, name,    n, i, j, v, t) {
  n = 0
  for (i = 1; i <= rounds[key]; ++i) if ((key, name, i) in all) v[++n] = all[key, name, i]
  if (n == 0) return 0
  for (i = 2; i <= n; ++i)
    for (j = i; j > 1 && v[j - 1] > v[j]; --j) { t = v[j]; v[j] = v[j - 1]; v[j - 1] = t }
  return n % 2 ? v[(n + 1) / 2] : (v[n / 2] + v[n / 2 + 1]) / 2
}
function best(key, name,    i, most) {
  most = 0
  for (i = 1; i <= rounds[key]; ++i) if (all[key, name, i] > most) most = all[key, name, i]
  return most
}
function errors(key, label, prefix) {
  split(key, word, " ")
  printf "| %s/s | %s | %.1f | %.1f | %.1f | %.1f | %d | %.2f |\n", word[2], label,
    median(key, prefix "p50_us"), median(key, prefix "p99_us"), median(key, prefix "p999_us"),
    median(key, prefix "max_us"), median(key, "requests"),
    median(key, "processor_s") * 1e6 / median(key, "requests") / 1e3
}
END {
  print "| rate | generator | late p50, us | p99 | p99.9 | max | requests | processor ms each |"
  print "| --- | --- | --- | --- | --- | --- | --- | --- |"
  for (i = 1; i <= rows; ++i) {
    split(order[i], word, " ")
    if (word[2] == 0) continue
    errors(order[i], word[1], "")
    if (word[1] == "wavetank") errors(order[i], "wavetank, by its own record", "own_")
  }
  print "\n| at saturation | requests/s | processor us each | requests a core second |"
  print "| --- | --- | --- | --- |"
  for (i = 1; i <= rows; ++i) {
    key = order[i]
    split(key, word, " ")
    if (word[2] != 0) continue
    for (r = 1; r <= rounds[key]; ++r)
      all[key, "a_core", r] = all[key, "requests", r] / all[key, "processor_s", r]
    printf "| %s | %d | %.1f | %d |\n", word[1], median(key, "per_s"),
      1e6 / median(key, "a_core"), median(key, "a_core")
  }
}
