package io.tlstunnel.config;

/** Reads values of a proxy's options, which a client of any version may have sent. */
final class ProxyOptions {
    private ProxyOptions() {}

    /**
     * A whole number in a range, both ends included.
     *
     * @throws IllegalArgumentException with a sentence if it is none
     */
    static long number(String name, String value, long least, long most) {
        final long number = value.matches("\\d{1,18}") ? Long.parseLong(value) : -1;
        if (number < least || number > most) {
            throw new IllegalArgumentException("option " + name + " is no number from " + least + " to " + most);
        }
        return number;
    }
}
