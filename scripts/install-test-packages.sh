#!/bin/sh
# Installs the Debian packages that the tests need: as root or by a sudo that asks nothing. Elsewhere it names what is
# missing; then the tests that need it fail in CI and on a laptop say so.
set -eu

missing=
need() { # package, then a program of it
    command -v "$2" >/dev/null 2>&1 || [ -x "/usr/sbin/$2" ] || missing="$missing $1"
}
need haproxy haproxy
need iproute2 ip
need nginx-light nginx
[ -e /usr/lib/nginx/modules/ngx_stream_module.so ] || missing="$missing libnginx-mod-stream"
need squid squid
need tinyproxy tinyproxy
need wrk wrk
need openssh-client ssh
need openssh-server sshd
need prometheus promtool
need curl curl
need openssl openssl
need python3 python3
need shellcheck shellcheck
[ -n "$missing" ] || exit 0

if [ "$(id -u)" = 0 ]; then
    as_root=
elif sudo -n true 2>/dev/null; then
    as_root='sudo -n'
else
    as_root=none
fi
if [ "$as_root" != none ] && command -v apt-get >/dev/null 2>&1; then
    echo "installing for the tests:$missing"
    log=$(mktemp)
    # The services of these packages must not start here: the tests run their own, on ports of their own.
    # Two words, or none, on purpose.
    # shellcheck disable=SC2086
    if $as_root apt-get update -q >"$log" 2>&1 &&
        $as_root env DEBIAN_FRONTEND=noninteractive RUNLEVEL=1 apt-get install -y -q --no-install-recommends \
            $missing >>"$log" 2>&1; then
        rm -f "$log"
        exit 0
    fi
    tail -n 20 "$log" >&2
    rm -f "$log"
fi

echo "the tests need these Debian packages, please install them:$missing" >&2
[ "${CI:-false}" != true ]
