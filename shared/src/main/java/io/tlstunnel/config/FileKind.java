package io.tlstunnel.config;

/** Whose configuration a file is. */
public enum FileKind {
    SERVER,
    CLIENT;

    FileKind other() {
        return this == SERVER ? CLIENT : SERVER;
    }

    /** Name of its main table and of the command that takes it: {@code server} or {@code client}. */
    @Override
    public String toString() {
        return this == SERVER ? "server" : "client";
    }
}
