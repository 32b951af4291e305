package io.tlstunnel.server.ingress;

import io.tlstunnel.server.routing.IngressKey;
import io.tlstunnel.server.routing.ListenReport;
import io.tlstunnel.server.routing.Registration;
import io.tlstunnel.server.tunnel.Session;
import io.tlstunnel.wire.ProxyResult;
import io.tlstunnel.wire.RefusalCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What other nodes tell of addresses that they cannot have, of sessions that have a tunnel here. Control context only. */
final class ListenReports {
    private final Announcements announcements;
    private final Map<Session, Map<String, ListenReport>> byNode = new HashMap<>();

    ListenReports(Announcements announcements) {
        this.announcements = announcements;
    }

    /**
     * The client hears what is new in a report.
     *
     * @return whether anything is
     */
    boolean heard(Session session, ListenReport report) {
        Map<String, ListenReport> known = byNode.computeIfAbsent(session, any -> new HashMap<>());
        ListenReport last = known.put(report.node(), report);
        Map<IngressKey, String> before = last == null ? Map.of() : last.failed();
        if (before.equals(report.failed())) {
            return false;
        }
        List<ProxyResult> results = new ArrayList<>();
        for (Registration.Entry entry : announcements.entries(session)) {
            IngressKey key = entry.key();
            if (key == null) {
                continue;
            }
            String reason = report.failed().get(key);
            if (reason != null) {
                results.add(new ProxyResult.Refused(entry.spec().name(), RefusalCode.BIND_FAILED, reason));
            } else if (before.containsKey(key)) {
                results.add(new ProxyResult.Accepted(entry.spec().name(), key.toString()));
            }
        }
        if (!results.isEmpty()) {
            announcements.tell(session, report.node(), results);
        }
        return true;
    }

    /** Why nodes cannot have addresses of a session, by their ids. */
    Map<String, Map<IngressKey, String>> of(Session session) {
        Map<String, Map<IngressKey, String>> failed = new HashMap<>();
        byNode.getOrDefault(session, Map.of()).forEach((node, report) -> failed.put(node, report.failed()));
        return failed;
    }

    /** What was told by others than these members, by their incarnations, counts no more. */
    void members(Set<Long> others) {
        byNode.values().forEach(known -> known.values().removeIf(report -> !others.contains(report.incarnation())));
    }

    void forget(Session session) {
        byNode.remove(session);
    }
}
