package io.tlstunnel.e2e;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** The network between client and server: carries bytes until it is unplugged. */
final class Cable implements AutoCloseable {

    private final int port;
    private final AtomicInteger carried = new AtomicInteger();
    private final List<Strand> strands = new CopyOnWriteArrayList<>();
    private final List<Strand> silent = new CopyOnWriteArrayList<>();
    private volatile int target;
    private volatile InetAddress source = InetAddress.getLoopbackAddress();
    private boolean dark;
    private volatile ServerSocket listener;

    Cable(int target) throws IOException {
        this.target = target;
        this.listener = new ServerSocket(0, 64, InetAddress.getLoopbackAddress());
        this.port = listener.getLocalPort();
        accept(listener);
    }

    /** Where the client dials. */
    int port() {
        return port;
    }

    /** Connections through it now. */
    int strands() {
        return strands.size();
    }

    /** Connections that were made through it so far. */
    int carried() {
        return carried.get();
    }

    /** Leads new connections to another port. */
    void leadTo(int newTarget) {
        target = newTarget;
    }

    /** Makes new connections come from another address of this machine. */
    void comeFrom(InetAddress newSource) {
        source = newSource;
    }

    /** Breaks every connection, and lets no new one through. */
    void unplug() throws IOException {
        listener.close();
        cut();
        endSilence();
    }

    /** Breaks every connection; new ones are let through. */
    synchronized void cut() {
        strands.forEach(Strand::cut);
        strands.clear();
    }

    /** Breaks the oldest connection only. */
    synchronized void cutOne() {
        strands.remove(0).cut();
    }

    /** Breaks every connection so that only who dialled it hears of it; new ones are let through. */
    synchronized void cutNear() {
        strands.forEach(Strand::cutNear);
        forget();
    }

    /** Every connection passes nothing any more and is not broken; new ones are let through. */
    synchronized void silence() {
        strands.forEach(Strand::silence);
        forget();
    }

    private void forget() {
        silent.addAll(strands);
        strands.clear();
    }

    /** The same, and new ones wait with the first byte until the silence ends. */
    synchronized void darken() {
        dark = true;
        silence();
    }

    /** Ends all silence: what went silent while it was up is broken, what came into the dark begins. */
    synchronized void endSilence() {
        dark = false;
        strands.forEach(Strand::sound);
        silent.forEach(Strand::cut);
        silent.clear();
    }

    /** Lets connections through again. */
    void plug() throws IOException {
        ServerSocket next = new ServerSocket();
        next.setReuseAddress(true);
        next.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        listener = next;
        accept(next);
    }

    private void accept(ServerSocket from) {
        Carrying.start("cable", () -> {
            while (true) {
                Socket near = from.accept();
                try {
                    Socket far = new Socket(InetAddress.getLoopbackAddress(), target, source, 0);
                    near.setTcpNoDelay(true);
                    far.setTcpNoDelay(true);
                    Strand strand = add(new Strand(near, far));
                    Carrying.start("cable-up", () -> carry(strand, strand::carryUp));
                    Carrying.start("cable-down", () -> carry(strand, strand::carryDown));
                } catch (IOException e) {
                    // Nobody is there: the client hears it as it would from the network.
                    near.close();
                }
            }
        });
    }

    private synchronized Strand add(Strand strand) {
        if (dark) {
            strand.silence();
        }
        strands.add(strand);
        carried.incrementAndGet();
        return strand;
    }

    private void carry(Strand strand, Carrying oneWay) throws IOException {
        try {
            oneWay.run();
        } finally {
            if (strand.isOver()) {
                strands.remove(strand);
            }
        }
    }

    @Override
    public void close() throws IOException {
        unplug();
    }
}
