package io.tlstunnel.bench;

import io.tlstunnel.bench.BulkStream.Direction;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Streams that carry all they can; what is counted is payload at the visitor, both directions together. */
final class Bulk {
    private Bulk() {}

    /** Arguments: port, streams up, streams down, seconds of warm-up, seconds. */
    static void run(String[] arguments) throws IOException, InterruptedException {
        final int port = Integer.parseInt(arguments[0]);
        final Window window = new Window();
        final List<BulkStream> streams = new ArrayList<>();
        for (int i = 0; i < Integer.parseInt(arguments[1]); i++) {
            streams.add(new BulkStream(window, port, Direction.UP));
        }
        for (int i = 0; i < Integer.parseInt(arguments[2]); i++) {
            streams.add(new BulkStream(window, port, Direction.DOWN));
        }
        final Window.Count count = window.measure(
                Double.parseDouble(arguments[3]),
                Double.parseDouble(arguments[4]),
                () -> streams.stream().mapToLong(BulkStream::count).sum());
        Window.result("\"bytes\": %d, \"seconds\": %.6f", count.amount(), count.seconds());
        for (final BulkStream stream : streams) {
            stream.finish();
        }
        window.check();
    }
}
