package io.tlstunnel.e2e;

import io.tlstunnel.docs.Page;

/** What the manual has people copy, with other values put in. */
record Manual(String text) {
    private static final Page OPERATIONS = Page.of("docs/operations.md");

    /** One of the blocks for an operator, by its language and its number among those, from 0. */
    static Manual block(String language, int number) {
        return new Manual(OPERATIONS.blocks(language).get(number).text());
    }

    /** Puts one thing in place of another, which must be there. */
    Manual with(String from, Object to) {
        if (!text.contains(from)) {
            throw new AssertionError("the manual has no " + from + ":\n" + text);
        }
        return new Manual(text.replace(from, to.toString()));
    }
}
