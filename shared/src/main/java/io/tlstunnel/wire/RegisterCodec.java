package io.tlstunnel.wire;

import static io.tlstunnel.wire.WireFormat.MAX_OPTIONS;
import static io.tlstunnel.wire.WireFormat.MAX_REASON;

import io.tlstunnel.wire.Frame.Register;
import io.tlstunnel.wire.Frame.Registered;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Layouts of REGISTER and REGISTERED. Their lists run to the end of the frame. */
final class RegisterCodec {
    private static final int ACCEPTED = 0;
    private static final int REFUSED = 1;
    private static final int RETRY = 2;

    /** {@code host:port} of a public address: a host name has at most 253 bytes. */
    private static final int MAX_PUBLIC_ADDRESS = 1024;

    private RegisterCodec() {}

    static Register readRegister(PayloadReader in) {
        return new Register(in.u63("revision", 1), list(in, RegisterCodec::readSpec));
    }

    static void write(Register register, PayloadWriter out) {
        out.u63("revision", register.revision(), 1);
        each(register.proxies(), out, RegisterCodec::write);
    }

    /** The rule across fields that {@code register} breaks, or null. */
    static @Nullable String flaw(Register register) {
        Set<String> names = new HashSet<>();
        for (ProxySpec proxy : register.proxies()) {
            if (!names.add(proxy.name())) {
                return "names two proxies alike";
            }
        }
        return null;
    }

    static Registered readRegistered(PayloadReader in) {
        return new Registered(in.u63("revision", 1), in.text8("node id", 1, 0xFF), list(in, RegisterCodec::readResult));
    }

    static void write(Registered registered, PayloadWriter out) {
        out.u63("revision", registered.revision(), 1);
        out.text8("node id", registered.nodeId(), 1, 0xFF);
        each(registered.results(), out, RegisterCodec::write);
    }

    private static ProxySpec readSpec(PayloadReader in) {
        return new ProxySpec(
                in.text8("proxy name", 1, 0xFF),
                in.text8("proxy type", 1, 0xFF),
                in.text8("publish address", 0, 0xFF),
                in.u16("publish port", 0, 0xFFFF),
                readOptions(in));
    }

    private static void write(ProxySpec spec, PayloadWriter out) {
        out.text8("proxy name", spec.name(), 1, 0xFF);
        out.text8("proxy type", spec.type(), 1, 0xFF);
        out.text8("publish address", spec.publishAddr(), 0, 0xFF);
        out.u16("publish port", spec.publishPort(), 0, 0xFFFF);
        out.u8("number of options", spec.options().size(), 0, MAX_OPTIONS);
        spec.options().forEach((key, value) -> {
            out.text8("option", key, 1, 0xFF);
            out.text16("option value", value, 0, 0xFFFF);
        });
    }

    private static Map<String, String> readOptions(PayloadReader in) {
        int count = in.u8("number of options", 0, MAX_OPTIONS);
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            String key = in.text8("option", 1, 0xFF);
            if (options.put(key, in.text16("option value", 0, 0xFFFF)) != null) {
                throw in.broken("names an option twice");
            }
        }
        return Collections.unmodifiableMap(options);
    }

    private static ProxyResult readResult(PayloadReader in) {
        String proxy = in.text8("proxy name", 1, 0xFF);
        return switch (in.u8("outcome", ACCEPTED, RETRY)) {
            case ACCEPTED -> new ProxyResult.Accepted(proxy, in.text16("public address", 1, MAX_PUBLIC_ADDRESS));
            case REFUSED ->
                new ProxyResult.Refused(
                        proxy, RefusalCode.of(in.u8("refusal code", 0, 0xFF)), in.text16("reason", 0, MAX_REASON));
            default -> new ProxyResult.Retry(proxy, in.text16("reason", 0, MAX_REASON));
        };
    }

    private static void write(ProxyResult result, PayloadWriter out) {
        out.text8("proxy name", result.proxy(), 1, 0xFF);
        if (result instanceof ProxyResult.Accepted accepted) {
            out.u8("outcome", ACCEPTED, ACCEPTED, RETRY);
            out.text16("public address", accepted.publicAddress(), 1, MAX_PUBLIC_ADDRESS);
        } else if (result instanceof ProxyResult.Refused refused) {
            out.u8("outcome", REFUSED, ACCEPTED, RETRY);
            out.u8("refusal code", refused.code().code(), 0, 0xFF);
            out.reason(refused.reason());
        } else if (result instanceof ProxyResult.Retry retry) {
            out.u8("outcome", RETRY, ACCEPTED, RETRY);
            out.reason(retry.reason());
        }
    }

    private static <T> List<T> list(PayloadReader in, Function<PayloadReader, T> entry) {
        List<T> list = new ArrayList<>();
        while (in.hasMore()) {
            list.add(entry.apply(in));
        }
        return List.copyOf(list);
    }

    private static <T> void each(List<T> list, PayloadWriter out, BiConsumer<T, PayloadWriter> entry) {
        list.forEach(item -> entry.accept(item, out));
    }
}
