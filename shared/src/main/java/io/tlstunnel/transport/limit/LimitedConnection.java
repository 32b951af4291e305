package io.tlstunnel.transport.limit;

import io.tlstunnel.mux.FarSocketListener;
import io.tlstunnel.mux.Timers;
import io.tlstunnel.transport.socket.FarConnection;
import io.tlstunnel.transport.socket.WrappedConnection;
import io.vertx.core.Context;
import java.util.List;

/** A connection whose bytes keep to some bandwidths; in all else the one that it is made of. */
public record LimitedConnection(FarConnection real, LimitedFarSocket socket) implements WrappedConnection {

    /**
     * {@code connection} under all of {@code limits}; itself if there are none.
     *
     * @param timers of the connection's context
     */
    public static FarConnection under(List<Bandwidth> limits, FarConnection connection, Timers timers) {
        if (limits.isEmpty()) {
            return connection;
        }
        Pace fromVisitor = new Pace(limits.stream().map(Bandwidth::fromVisitor).toList());
        Pace toVisitor = new Pace(limits.stream().map(Bandwidth::toVisitor).toList());
        return new LimitedConnection(
                connection, new LimitedFarSocket(connection.socket(), fromVisitor, toVisitor, timers));
    }

    /**
     * The same for a connection that was started and goes on with another stream, which {@code listener} is: what it was
     * kept to before holds too.
     */
    public static FarConnection goingOn(
            List<Bandwidth> limits, FarConnection connection, Timers timers, FarSocketListener listener) {
        FarConnection limited = under(limits, connection, timers);
        limited.listener(listener);
        if (limited instanceof LimitedConnection own && limited != connection) {
            connection.listener(own.socket());
        }
        return limited;
    }

    @Override
    public Context context() {
        return real.context();
    }

    @Override
    public void start(FarSocketListener listener) {
        socket.listener(listener);
        real.start(socket);
    }

    @Override
    public void listener(FarSocketListener listener) {
        socket.listener(listener);
    }
}
