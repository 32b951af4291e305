#!/bin/sh
# Makes the keys and the certificate of docker-compose.yml, unless they are there: in node-keys what only nodes may know, in
# client-keys what clients need as well.
set -eu
cd "${1:-/etc/tls-tunnel}"

key() {
    [ -s "$1" ] || tls-tunnel key --out "$1"
}

key client-keys/auth.key
key node-keys/cluster.key
tls-tunnel cert --out node-keys --san balancer
cp node-keys/server-cert.pem client-keys/server-cert.pem
