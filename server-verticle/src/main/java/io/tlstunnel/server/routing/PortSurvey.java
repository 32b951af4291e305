package io.tlstunnel.server.routing;

import io.tlstunnel.transport.Hop;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.eventbus.DeliveryOptions;
import io.vertx.core.eventbus.Message;
import io.vertx.core.eventbus.MessageConsumer;
import io.vertx.core.eventbus.ReplyException;
import io.vertx.core.eventbus.ReplyFailure;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Asks all other nodes whether they can have a public address, and answers them. Control context only. */
public final class PortSurvey {
    private static final DeliveryOptions PATIENCE = new DeliveryOptions().setSendTimeout(2_000);
    private static final String ADDRESS = "tunnel.ports.";
    private static final String OBJECTION = "objection";

    private final Vertx vertx;
    private final Context control;
    private final String node;
    private final long incarnation;
    private final Function<IngressKey, Future<Void>> probe;
    private Set<Long> others = Set.of();
    private @Nullable MessageConsumer<JsonObject> consumer;

    /**
     * @param vertx whose event bus reaches the others
     * @param control context of all this, maybe of another Vert.x; called on it
     * @param node id of this node
     * @param probe whether this node can have an address; fails with a sentence
     */
    public PortSurvey(
            Vertx vertx, Context control, String node, long incarnation, Function<IngressKey, Future<Void>> probe) {
        this.vertx = vertx;
        this.control = control;
        this.node = node;
        this.incarnation = incarnation;
        this.probe = probe;
    }

    /** Starts to answer. */
    public Future<Void> start() {
        MessageConsumer<JsonObject> answering = vertx.eventBus().consumer(addressOf(incarnation));
        consumer = answering;
        answering.handler(message -> control.runOnContext(ignored -> answer(message)));
        return answering.completion();
    }

    private static String addressOf(long member) {
        return ADDRESS + Long.toHexString(member);
    }

    private void answer(Message<JsonObject> question) {
        JsonObject body = question.body();
        probe.apply(new IngressKey(body.getString("address"), body.getInteger("port")))
                .onSuccess(free -> question.reply(new JsonObject()))
                .onFailure(failure -> question.reply(
                        new JsonObject().put(OBJECTION, "at node " + node + ": " + failure.getMessage())));
    }

    /** These are the other members now, by their incarnations. */
    public void members(Set<Long> now) {
        others = Set.copyOf(now);
    }

    /** Why one of the others cannot have that address, and which; empty if all can. */
    public Future<Optional<String>> objection(IngressKey key) {
        List<Future<Optional<String>>> answers =
                others.stream().map(other -> ask(other, key)).toList();
        return Future.all(answers)
                .map(all -> answers.stream()
                        .map(Future::result)
                        .flatMap(Optional::stream)
                        .sorted()
                        .findFirst());
    }

    private Future<Optional<String>> ask(long other, IngressKey key) {
        JsonObject question = new JsonObject().put("address", key.address()).put("port", key.port());
        Future<Optional<String>> answer = vertx.eventBus()
                .<JsonObject>request(addressOf(other), question, PATIENCE)
                .map(reply -> Optional.ofNullable(reply.body().getString(OBJECTION)));
        return Hop.to(control, answer).otherwise(failure -> silent(other, failure));
    }

    /** Who is gone has no say, nor who has just begun: that one tries all ports then, and reports what it cannot have. */
    private Optional<String> silent(long other, Throwable failure) {
        boolean absent = failure instanceof ReplyException reply && reply.failureType() == ReplyFailure.NO_HANDLERS;
        return absent || !others.contains(other)
                ? Optional.empty()
                : Optional.of("the node with incarnation " + Long.toHexString(other) + " does not answer");
    }

    /** Answers no longer. */
    public Future<Void> close() {
        MessageConsumer<JsonObject> answering = consumer;
        return answering == null ? Future.succeededFuture() : answering.unregister();
    }
}
