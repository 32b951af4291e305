package io.tlstunnel.metrics;

import org.jspecify.annotations.Nullable;

/**
 * What the admin server has beside health and metrics.
 *
 * @param reload what {@code POST /api/v1/reload} does, or null if there is no such thing
 * @param status what the rest of {@code /api/v1} tells, or null if there is no such thing
 */
public record AdminApi(
        @Nullable AdminReload reload, @Nullable AdminStatus status) {}
