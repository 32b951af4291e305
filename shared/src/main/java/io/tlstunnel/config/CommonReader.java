package io.tlstunnel.config;

import io.tlstunnel.config.Schema.Admin;
import io.tlstunnel.config.Schema.Both;
import io.tlstunnel.config.Schema.Log;
import java.time.Duration;
import java.util.List;

/** What server and client files have in common. The checks first, the records after {@link Problems#throwIfAny}. */
final class CommonReader {
    private static final int RESUME_FACTOR = 3;
    private static final byte LAST_VISIBLE = '~';

    private final Table main;
    private final Table admin;
    private final Table log;
    private List<Secret> token = List.of();

    CommonReader(Tables tables, Table main) {
        this.main = main;
        this.admin = tables.single(Admin.SECTION);
        this.log = tables.single(Log.SECTION);
    }

    void check() {
        token = new KeyReader(admin, Admin.TOKEN, Admin.TOKEN_FILE, null).read();
        checkToken();
        final Duration dead = main.find(Both.DEAD_AFTER);
        final Duration ping = main.find(Both.PING_INTERVAL);
        final Duration resume = main.find(Both.RESUME_TIMEOUT);
        if (dead == null || ping == null || resume == null || main.isBroken(Both.DEAD_AFTER)) {
            return;
        }
        if (!main.isBroken(Both.PING_INTERVAL) && ping.compareTo(dead) >= 0) {
            checkPing(ping, dead);
        }
        if (!main.isBroken(Both.RESUME_TIMEOUT) && resume.compareTo(dead.multipliedBy(RESUME_FACTOR)) < 0) {
            checkResume(resume, dead);
        }
    }

    /** It travels in a header of HTTP. */
    private void checkToken() {
        for (final Secret secret : token) {
            for (final byte one : secret.bytes()) {
                if (one <= ' ' || one > LAST_VISIBLE) {
                    admin.reject(
                            admin.has(Admin.TOKEN) ? Admin.TOKEN : Admin.TOKEN_FILE,
                            "expects letters, digits and signs of ASCII only, without blanks; make one with"
                                    + " `tls-tunnel key`");
                    return;
                }
            }
        }
    }

    private void checkPing(Duration ping, Duration dead) {
        if (main.has(Both.PING_INTERVAL)) {
            main.reject(
                    Both.PING_INTERVAL,
                    Quantities.show(ping) + " must be below dead_after, which is " + Quantities.show(dead));
        } else {
            main.reject(
                    Both.DEAD_AFTER,
                    Quantities.show(dead) + " must be above ping_interval, which is " + Quantities.show(ping));
        }
    }

    private void checkResume(Duration resume, Duration dead) {
        final String least = Quantities.show(dead.multipliedBy(RESUME_FACTOR));
        if (main.has(Both.RESUME_TIMEOUT)) {
            main.reject(
                    Both.RESUME_TIMEOUT,
                    Quantities.show(resume) + " must be at least three times dead_after, which is " + least,
                    TomlText.literal(least));
        } else {
            main.reject(
                    Both.DEAD_AFTER,
                    Quantities.show(dead) + " needs a resume_timeout of at least " + least + ", and it is "
                            + Quantities.show(resume));
        }
    }

    Timing timing() {
        return new Timing(
                main.get(Both.PING_INTERVAL),
                main.get(Both.DEAD_AFTER),
                main.get(Both.HANDSHAKE_TIMEOUT),
                main.get(Both.CONNECT_TIMEOUT),
                main.get(Both.HOLD_TIMEOUT),
                main.get(Both.RESUME_TIMEOUT),
                main.get(Both.DRAIN_TIMEOUT));
    }

    Duration reloadInterval() {
        return main.get(Both.RELOAD_INTERVAL);
    }

    Budget budget(Key<Long> memoryBudget) {
        return new Budget(
                main.get(memoryBudget),
                Math.toIntExact(main.get(Both.WINDOW_MAX)),
                Math.toIntExact(main.get(Both.FRAME_SIZE)));
    }

    Engine engine() {
        return new Engine(main.get(Both.DATA_PATH), main.get(Both.IO), main.get(Both.TLS_ENGINE));
    }

    /** {@code otherwise} is the value of an absent {@code enabled}. */
    AdminConfig admin(boolean otherwise) {
        final Boolean enabled = admin.find(Admin.ENABLED);
        return new AdminConfig(
                enabled == null ? otherwise : enabled,
                admin.get(Admin.BIND_ADDR),
                admin.get(Admin.BIND_PORT),
                admin.get(Admin.METRICS_MAX_PROXIES),
                token.isEmpty() ? null : token.get(0));
    }

    Table adminTable() {
        return admin;
    }

    LogConfig log() {
        return new LogConfig(log.get(Log.FORMAT), log.get(Log.LEVEL), log.get(Log.ACCESS));
    }
}
