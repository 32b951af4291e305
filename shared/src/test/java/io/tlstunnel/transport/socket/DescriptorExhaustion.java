package io.tlstunnel.transport.socket;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.awaitility.Awaitility;
import org.slf4j.LoggerFactory;

/** A process that runs out of file descriptors while visitors wait; exits with 0 if its listener bears it well. */
final class DescriptorExhaustion {

    private static final int FIRST = 2;
    private static final int VISITORS = 5;

    private DescriptorExhaustion() {}

    public static void main(String[] args) {
        try {
            System.exit(bears(DataPathUnderTest.valueOf(args[0])) ? 0 : 1);
        } catch (Throwable e) {
            // Its loops would keep the process alive.
            e.printStackTrace();
            System.exit(1);
        }
    }

    private static boolean bears(DataPathUnderTest path) throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        ((Logger) LoggerFactory.getLogger(NettyListener.class)).addAppender(log);

        FarRig rig = new FarRig(path);
        Queue<AcceptedSocket> accepted = new ConcurrentLinkedQueue<>();
        PublicListener listener = FarRig.await(rig.sockets.listen(rig.loop, "127.0.0.1", 0, accepted::add));
        List<SocketChannel> visitors = new ArrayList<>();
        for (int i = 0; i < FIRST + VISITORS; i++) {
            visitors.add(SocketChannel.open());
        }
        // To load a class from a directory takes a descriptor; once the second is in, all that the first one needs is
        // loaded.
        System.out.println(FailureKind.phrase(new IOException("warming up")));
        for (int i = 0; i < FIRST; i++) {
            visitors.get(i).connect(listener.address());
            int come = i + 1;
            Awaitility.await().during(Duration.ofMillis(20)).until(() -> accepted.size() == come);
        }
        LoopTime warm = LoopTime.of(rig);
        warm.spent();
        List<FileInputStream> files = openAll();
        for (SocketChannel visitor : visitors.subList(FIRST, visitors.size())) {
            visitor.connect(listener.address());
        }

        LoopTime time = LoopTime.of(rig);
        Awaitility.await().during(Duration.ofMillis(2500)).until(() -> accepted.size() == FIRST);
        Duration spent = time.spent();
        closeAll(files);
        Awaitility.await().atMost(Duration.ofSeconds(5)).until(() -> accepted.size() == FIRST + VISITORS);
        long warnings = log.list.stream()
                .filter(event -> event.getFormattedMessage().contains("Too many open files"))
                .count();
        System.out.println("loops spent " + spent.toMillis() + " ms ("
                + warm.spent().toMillis() + " with warm-up), " + warnings + " warnings");
        return spent.toMillis() < 500 && warnings == 1;
    }

    private static List<FileInputStream> openAll() {
        List<FileInputStream> files = new ArrayList<>();
        boolean left = true;
        while (left) {
            try {
                files.add(new FileInputStream("/dev/null"));
            } catch (IOException noneLeft) {
                left = false;
            }
        }
        return files;
    }

    private static void closeAll(List<FileInputStream> files) {
        for (FileInputStream file : files) {
            try {
                file.close();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
