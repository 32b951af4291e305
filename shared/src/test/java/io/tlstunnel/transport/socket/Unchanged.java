package io.tlstunnel.transport.socket;

import java.util.concurrent.Callable;
import java.util.function.LongSupplier;

/** True when a number is what it was when this was last asked. */
final class Unchanged implements Callable<Boolean> {

    private final LongSupplier number;
    private long last = Long.MIN_VALUE;

    Unchanged(LongSupplier number) {
        this.number = number;
    }

    @Override
    public Boolean call() {
        long now = number.getAsLong();
        boolean same = now == last;
        last = now;
        return same;
    }
}
