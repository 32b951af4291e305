package io.tlstunnel.client;

import io.vertx.core.VerticleBase;

/** The client as a verticle: {@code vertx run io.tlstunnel.client.ClientVerticle -conf client.toml}. */
public final class ClientVerticle extends VerticleBase {}
