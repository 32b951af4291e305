#!/bin/sh
# Steps of the Dockerfile, run inside the image that is being built.
#
#   image.sh java      a Java runtime with what the program needs, and no more, to /opt/java
#   image.sh fetch     what Maven needs, while there are no sources yet
#   image.sh program   the program to /opt/tls-tunnel: out of the archive, or built if there is none or a source is newer
set -eu
cd "$(dirname -- "$0")/.."

# jdk.jcmd is for you: jcmd and jstack say what a program does that seems to do nothing.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.scripting,java.sql,java.transaction.xa
modules=$modules,java.xml,jdk.crypto.ec,jdk.jcmd,jdk.jfr,jdk.management,jdk.net,jdk.unsupported

java_runtime() {
    jlink --add-modules "$modules" --strip-java-debug-attributes --no-header-files --no-man-pages --output /opt/java
    # Debian keeps it there, with the authorities of ca/ in it.
    cp /etc/ssl/certs/java/cacerts /opt/java/lib/security/cacerts
    # Starts twice as fast with it.
    /opt/java/bin/java -Xshare:dump >/dev/null
}

# The newest archive, or nothing.
archive() {
    newest=
    for file in tls-tunnel-*.tar.gz; do
        if [ -f "$file" ] && { [ -z "$newest" ] || [ -n "$(find "$file" -newer "$newest")" ]; }; then
            newest=$file
        fi
    done
    printf %s "$newest"
}

package() {
    if ! command -v mvn >/dev/null; then
        apt-get update -q
        DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends maven
        rm -rf /var/lib/apt/lists/*
    fi
    mvn -B -q -Dstyle.color=never -pl cli -am -Dquick=true -Dmaven.test.skip=true \
        -Dspotless.check.skip=true -Dlint.fail=-Xlint:none package
}

fetch() {
    if [ -n "$(archive)" ]; then
        return
    fi
    # Without a class to compile Maven would not fetch the compiler's plugins.
    for module in shared server-verticle client-verticle cli; do
        mkdir -p "$module/src/main/java"
        echo 'final class Fetch {}' >"$module/src/main/java/Fetch.java"
    done
    package
    rm -rf ./*/target ./*/src/main
}

program() {
    mkdir -p /opt/tls-tunnel
    archive=$(archive)
    if [ -n "$archive" ]; then
        newer=$(find pom.xml ./*/pom.xml ./*/src/main cli/src/assembly tls-tunnel -type f -newer "$archive" | head -n 1)
        if [ -z "$newer" ]; then
            echo "image: taking $archive"
            tar -xzf "$archive" -C /opt/tls-tunnel --strip-components=1
            return
        fi
        echo "image: $newer is newer than $archive"
    fi
    echo 'image: building'
    package
    cp -R tls-tunnel LICENSE cli/target/lib /opt/tls-tunnel/
}

case ${1:-} in
    java) java_runtime ;;
    fetch) fetch ;;
    program) program ;;
    *)
        echo 'image: java, fetch or program' >&2
        exit 2
        ;;
esac
