package io.tlstunnel.server.routing;

import io.tlstunnel.transport.Hop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Registrations on the event bus: tells this node's, and hears those of the others. What this node says of itself it does
 * not hear. Control context only.
 */
public final class RegistrationBus {
    private static final long DIGEST_MILLIS = 1_000;

    /** For a piece: the event bus would wait half a minute for a node that is gone. */
    private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(2_000);

    /** What an address on the event bus begins with at which a node is asked for pieces of its snapshot. */
    public static final String PIECES = "tunnel.pieces.";

    private final Vertx vertx;
    private final Context control;
    private final long incarnation;
    private final OwnRegistrations own;
    private final Replicas replicas;
    private final Consumer<ListenReport> reported;
    private final List<MessageConsumer<JsonObject>> consumers = new ArrayList<>();
    private long timer;

    /**
     * @param vertx whose event bus reaches the others
     * @param control context of all this, maybe of another Vert.x; called on it
     * @param incarnation this node's
     * @param own what it tells
     * @param applied told of each change that another node's sessions have made
     * @param reported told of addresses that a node cannot have
     */
    public RegistrationBus(
            Vertx vertx,
            Context control,
            long incarnation,
            OwnRegistrations own,
            Consumer<Registration> applied,
            Consumer<ListenReport> reported) {
        this.vertx = vertx;
        this.control = control;
        this.incarnation = incarnation;
        this.own = own;
        this.replicas = new Replicas(this::piece, applied);
        this.reported = reported;
    }

    /** Starts to listen, and to tell each second what this node holds. */
    public Future<Void> start() {
        timer = vertx.setPeriodic(
                DIGEST_MILLIS,
                ignored -> control.runOnContext(on ->
                        vertx.eventBus().publish(Digest.ADDRESS, own.digest().toJson())));
        List<Future<Void>> ready = new ArrayList<>();
        ready.add(consume(Registration.ADDRESS, this::registration));
        ready.add(consume(Digest.ADDRESS, this::digest));
        ready.add(consume(ListenReport.ADDRESS, message -> reported.accept(ListenReport.of(message.body()))));
        ready.add(consume(PIECES + Long.toHexString(incarnation), this::answer));
        return Future.all(ready).mapEmpty();
    }

    private Future<Void> consume(String address, Consumer<Message<JsonObject>> handler) {
        MessageConsumer<JsonObject> consumer = vertx.eventBus().consumer(address);
        consumers.add(consumer);
        consumer.handler(message -> control.runOnContext(ignored -> handler.accept(message)));
        return consumer.completion();
    }

    /** Tells the others of a change. */
    public void publish(Registration change) {
        vertx.eventBus().publish(Registration.ADDRESS, change.toJson());
    }

    /** Tells the others of addresses that this node cannot have, or has again. */
    public void publish(ListenReport report) {
        vertx.eventBus().publish(ListenReport.ADDRESS, report.toJson());
    }

    /** These are the other members now, by their incarnations. */
    public void members(Set<Long> others) {
        replicas.members(others);
    }

    /** Whether all is known that this member holds. */
    public boolean isWhole(long incarnation) {
        return replicas.isWhole(incarnation);
    }

    private void registration(Message<JsonObject> message) {
        if (Registration.isReadable(message.body())) {
            Registration change = Registration.of(message.body());
            if (change.incarnation() != incarnation) {
                replicas.registration(change);
            }
        }
    }

    private void digest(Message<JsonObject> message) {
        Digest digest = Digest.of(message.body());
        if (digest.incarnation() != incarnation) {
            replicas.digest(digest);
        }
    }

    private void answer(Message<JsonObject> request) {
        request.reply(own.piece(request.body().getInteger("index")).toJson());
    }

    private Future<Piece> piece(long from, int index) {
        Future<Piece> answer = vertx.eventBus()
                .<JsonObject>request(PIECES + Long.toHexString(from), new JsonObject().put("index", index), PATIENCE)
                .map(message -> Piece.of(message.body()));
        return Hop.to(control, answer);
    }

    /** Hears and tells nothing any more. */
    public Future<Void> close() {
        vertx.cancelTimer(timer);
        return Future.all(consumers.stream().map(MessageConsumer::unregister).toList())
                .mapEmpty();
    }
}
