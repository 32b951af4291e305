package io.tlstunnel.metrics;

/** The two text forms of metrics. */
public enum Exposition {
    /** What every Prometheus reads. */
    PROMETHEUS("text/plain; version=0.0.4; charset=utf-8"),
    OPENMETRICS("application/openmetrics-text; version=1.0.0; charset=utf-8");

    private final String contentType;

    Exposition(String contentType) {
        this.contentType = contentType;
    }

    public String contentType() {
        return contentType;
    }
}
