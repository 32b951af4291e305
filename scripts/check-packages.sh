#!/bin/sh
# Checks what a build hands out: scripts, the two runnable jars, the archive. Run after "mvn verify".
set -eu
cd "$(dirname -- "$0")/.."
top=$(pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fail() {
    echo "check-packages: $*" >&2
    exit 1
}

if command -v shellcheck >/dev/null 2>&1; then
    shellcheck tls-tunnel .ci/run .ci/full scripts/*.sh conf/compose/*.sh
fi

for side in server client; do
    jar=$top/cli/target/tls-tunnel-$side.jar
    [ -f "$jar" ] || fail "$jar was not built"
    java -jar "$jar" version >"$work/version" 2>&1 || fail "java -jar $jar version: $(cat "$work/version")"
    grep -q '^tls-tunnel [0-9]' "$work/version" || fail "no version: $(cat "$work/version")"
    if [ "$(uname -sm)" = 'Linux x86_64' ]; then
        grep -q '^sockets *epoll' "$work/version" || fail "no native sockets in $jar: $(cat "$work/version")"
        grep -q '^TLS *BoringSSL' "$work/version" || fail "no BoringSSL in $jar: $(cat "$work/version")"
    fi
    (cd "$work" && java -jar "$jar" template "$side" >"$side.toml") || fail "java -jar $jar template $side"
    java -jar "$jar" "$side" no-such-file.toml >/dev/null 2>&1 && fail "$side without a file did not fail"
done

archive=$(ls "$top"/cli/target/tls-tunnel-[0-9]*.tar.gz)
[ -f "${archive%.tar.gz}.zip" ] || fail 'there is no zip'
mkdir "$work/a folder"
tar -xzf "$archive" -C "$work/a folder"
for unpacked in "$work/a folder"/tls-tunnel-*; do
    for part in tls-tunnel tls-tunnel.cmd LICENSE lib; do
        [ -e "$unpacked/$part" ] || fail "the archive has no $part"
    done
    ln -s "$unpacked/tls-tunnel" "$work/link"
    "$work/link" demo --once || fail 'demo --once from the archive'
done
echo 'check-packages: jars, archive and launcher are fine'
