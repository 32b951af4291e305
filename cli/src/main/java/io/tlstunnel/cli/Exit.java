package io.tlstunnel.cli;

/** How the program ends, as its caller sees it. */
enum Exit {
    OK(0),
    /** Something failed while it ran. */
    RUNTIME(1),
    /** The command line or the configuration is wrong. */
    USAGE(2),
    /** Another client came with the same name. */
    SUPERSEDED(3);

    static final String OK_TEXT = " 0:it ended as asked";
    static final String RUNTIME_TEXT = " 1:something failed while it ran";
    static final String USAGE_TEXT = " 2:the command line or the configuration is wrong";
    static final String SUPERSEDED_TEXT = " 3:another client came with the same name, this one was superseded";

    private final int code;

    Exit(int code) {
        this.code = code;
    }

    int code() {
        return code;
    }
}
