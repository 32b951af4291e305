package io.tlstunnel.wire;

import java.util.Map;

/**
 * What a client asks to have published.
 *
 * @param name unique in the client; 1–255 bytes of UTF-8
 * @param type proxy type as in the configuration ({@code tcp}, {@code ssh}, {@code http/1.1}, {@code http/2.0})
 * @param publishAddr address to listen on, as text
 * @param publishPort 0–65535; 0 = the server picks
 * @param options what later proxy types need besides ({@code host}, {@code path}, {@code group}…); at most 64 entries
 */
public record ProxySpec(String name, String type, String publishAddr, int publishPort, Map<String, String> options) {

    /** Without what the options say: one may be secret. */
    @Override
    public String toString() {
        return "ProxySpec[name=" + name + ", type=" + type + ", publishAddr=" + publishAddr + ", publishPort="
                + publishPort + ", options=" + options.keySet() + "]";
    }
}
