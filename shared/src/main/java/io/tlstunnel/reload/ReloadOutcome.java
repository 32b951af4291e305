package io.tlstunnel.reload;

/** How reading the configuration again ended, for metrics. */
public enum ReloadOutcome {
    /** The file could be used; what may change while the program runs has changed. */
    APPLIED,
    /** The file has mistakes; nothing was changed. */
    REFUSED
}
