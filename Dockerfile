# The image of tls-tunnel: server, client and all other commands. docker-compose.yml builds it; by itself:
#
#   docker build -t tls-tunnel .
#   docker run --rm -v "$PWD/client.toml:/etc/tls-tunnel/client.toml:ro" tls-tunnel client client.toml
#
# BASE is any Debian or Ubuntu whose default Java is 17 or later. Where no image registry can be reached, import one
# (docs/operations.md, "Without an image registry"). Certificates of authorities of your own: ca/*.crt.
ARG BASE=debian:bookworm-slim

FROM ${BASE} AS build
RUN apt-get update -q && \
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends \
        ca-certificates ca-certificates-java default-jdk-headless && \
    rm -rf /var/lib/apt/lists/*
COPY ca /usr/local/share/ca-certificates/tls-tunnel
RUN update-ca-certificates
WORKDIR /src
COPY scripts/image.sh scripts/
RUN scripts/image.sh java

# What Maven fetches is a layer of its own: it stays while only sources change.
COPY .mvn .mvn
COPY pom.xml cli/target*/tls-tunnel-*.tar.gz ./
COPY shared/pom.xml shared/
COPY server-verticle/pom.xml server-verticle/
COPY client-verticle/pom.xml client-verticle/
COPY cli/pom.xml cli/
COPY cli/src/assembly cli/src/assembly
RUN scripts/image.sh fetch

COPY shared/src/main shared/src/main
COPY server-verticle/src/main server-verticle/src/main
COPY client-verticle/src/main client-verticle/src/main
COPY cli/src/main cli/src/main
COPY tls-tunnel LICENSE ./
RUN scripts/image.sh program

FROM ${BASE}
COPY --from=build /opt /opt
ENV JAVA_HOME=/opt/java PATH=/opt/tls-tunnel:$PATH
# Volumes for keys take their owner from these folders.
RUN useradd --system --uid 10001 --user-group --home-dir /etc/tls-tunnel --shell /usr/sbin/nologin tls-tunnel && \
    install -d -o tls-tunnel -g tls-tunnel -m 700 \
        /etc/tls-tunnel /etc/tls-tunnel/client-keys /etc/tls-tunnel/node-keys
USER 10001:10001
WORKDIR /etc/tls-tunnel
# Every event loop takes its turn. A node that drains, or a client without a tunnel, is healthy nevertheless.
HEALTHCHECK --interval=10s --timeout=5s --start-period=60s CMD exec bash -c '\
    exec 3<>/dev/tcp/127.0.0.1/${TLS_TUNNEL_ADMIN_BIND_PORT:-9900} && \
    printf "GET /health/live HTTP/1.0\r\n\r\n" >&3 && read -r _ status _ <&3 && [ "$status" = 200 ]'
ENTRYPOINT ["tls-tunnel"]
CMD ["help"]
