package io.tlstunnel.server;

import io.vertx.core.VerticleBase;

/** A node as a verticle: {@code vertx run io.tlstunnel.server.ServerVerticle -conf server.toml}. */
public final class ServerVerticle extends VerticleBase {}
