package io.tlstunnel.transport.balancer;

import java.time.Duration;

/** What came is no PROXY header; the message ends a sentence about it. Cheap, as strangers cause it: no stack trace. */
public final class HeaderException extends Exception {
    HeaderException(String why) {
        super(why, null, false, false);
    }

    /** It did not come, or not all of it. */
    public static HeaderException notWithin(Duration patience) {
        return new HeaderException("it was not whole within " + patience.toMillis() + " ms");
    }
}
