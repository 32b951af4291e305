#!/bin/sh
# Builds everything, runs every test and checks the packages: the README's second command.
#
#   ./scripts/test.sh                 all of it
#   ./scripts/test.sh --natives=off   on NIO and the JDK's TLS, without the tests tagged "slow"
#   ./scripts/test.sh -Dtest=…        further arguments go to Maven
set -eu
cd "$(dirname -- "$0")/.."

natives=on
for argument in "$@"; do
    case $argument in
        --natives=off) natives=off ;;
        --natives=on) natives=on ;;
    esac
done
# The rest is Maven's.
count=$#
while [ "$count" -gt 0 ]; do
    case $1 in
        --natives=*) ;;
        *) set -- "$@" "$1" ;;
    esac
    shift
    count=$((count - 1))
done

./scripts/install-test-packages.sh
rm -rf ./*/target/surefire-reports
command -v mvn >/dev/null 2>&1 || {
    echo 'test: Maven 3.8 or later is needed and there is no mvn: install it (Debian: apt install maven)' >&2
    exit 1
}

# On a busy machine in CI a test that fails gets one second chance; Surefire reports it as a flake.
if [ "${CI:-false}" = true ]; then
    set -- -Dsurefire.rerunFailingTestsCount=1 "$@"
fi

if [ "$natives" = off ]; then
    mvn -B -ntp -Dquick=true -Dtest.natives=false -Dtest.excluded=slow "$@" verify
else
    mvn -B -ntp "$@" verify
    ./scripts/check-packages.sh
fi

# Netty's detector (paranoid in tests) tells of buffers that were never released in the output only.
if grep -ls 'LEAK: ' ./*/target/surefire-reports/*-output.txt; then
    echo 'test: the output of the tests above tells of leaks' >&2
    exit 1
fi
