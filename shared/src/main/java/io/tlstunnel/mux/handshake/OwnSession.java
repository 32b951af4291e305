package io.tlstunnel.mux.handshake;

import io.tlstunnel.security.ResumeSecret;
import io.tlstunnel.wire.SessionRef;

/** The session that the dialling side has, and what shows that it does: both from an earlier WELCOME. */
public record OwnSession(SessionRef ref, ResumeSecret secret) {}
