#!/bin/sh
# Runs the tests of the shared module and prints which part of the lines of wire and mux they run. Fails below 90 %.
#
#   ./scripts/coverage.sh             all of it
#   ./scripts/coverage.sh -Dtest=…    further arguments go to Maven
set -eu
cd "$(dirname -- "$0")/.."
report=shared/target/site/jacoco/jacoco.csv
rm -f "$report"
status=0
mvn -B -ntp -Pcoverage -pl shared -am "$@" verify || status=$?
[ -f "$report" ] || exit "$status"
# group,package,class,instructions missed and covered,branches missed and covered,lines missed and covered,…
awk -F, '
    NR > 1 {
        name = $2 ~ /^io\.tlstunnel\.wire/ ? "wire" : "mux"
        missed[name] += $8; covered[name] += $9
        missed["wire and mux"] += $8; covered["wire and mux"] += $9
    }
    END {
        for (name in covered)
            printf "figures: line coverage of %s: %.1f %% (%d of %d)\n", name,
                100 * covered[name] / (covered[name] + missed[name]), covered[name], covered[name] + missed[name]
    }' "$report"
exit "$status"
