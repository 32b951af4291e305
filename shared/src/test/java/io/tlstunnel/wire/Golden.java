package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every layout once or more, with its bytes written out by fields: what version 1 is, whatever the code says. */
record Golden(String name, Frame frame, String fields) {

    byte[] bytes() {
        return ByteBufUtil.decodeHexDump(fields.replaceAll("\\s", ""));
    }

    @Override
    public String toString() {
        return name;
    }

    /** All of them one behind the other; a decoder takes the first six before and the rest after WELCOME. */
    static final List<Golden> ALL = List.of(
            new Golden(
                    "hello of a new session",
                    new Frame.Hello(List.of(2, 1), 0x8000000000000001L, "wéb", null, 32_768, fill(0x20, 32)),
                    """
            01 000035 00000000
            02 02 01 8000000000000001 0477c3a962 00 00008000
            202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"""),
            new Golden(
                    "hello of a known session",
                    new Frame.Hello(
                            List.of(1),
                            0,
                            "a",
                            new SessionRef(0x0123456789abcdefL, 0xfedcba9876543210L, 7),
                            Integer.MAX_VALUE,
                            fill(0x20, 32)),
                    """
            01 000049 00000000
            01 01 0000000000000000 0161 01 0123456789abcdeffedcba98765432100000000000000007 7fffffff
            202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f"""),
            new Golden("challenge", new Frame.Challenge(1, 3, -2, BindingWanted.LEAF, fill(0x40, 32)), """
            02 000032 00000000
            01 0000000000000003 fffffffffffffffe 01
            404142434445464748494a4b4c4d4e4f505152535455565758595a5b5c5d5e5f"""),
            new Golden(
                    "proof with a binding",
                    new Frame.Proof(BindingUsed.LEAF, fill(0x60, 32), fill(0x80, 32), fill(0xA0, 32)),
                    """
            03 000061 00000000
            01 606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f
            808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f
            a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"""),
            new Golden(
                    "proof without one",
                    new Frame.Proof(BindingUsed.OFF, new byte[32], new byte[32], fill(0xA0, 32)),
                    """
            03 000061 00000000
            02 0000000000000000000000000000000000000000000000000000000000000000
            0000000000000000000000000000000000000000000000000000000000000000
            a0a1a2a3a4a5a6a7a8a9aaabacadaeafb0b1b2b3b4b5b6b7b8b9babbbcbdbebf"""),
            new Golden(
                    "welcome",
                    new Frame.Welcome(
                            "node-1",
                            -3,
                            new SessionRef(0x0123456789abcdefL, 0xfedcba9876543210L, 7),
                            fill(0xC0, 16),
                            new Limits(10_000, 2, 65_536),
                            32_768,
                            5_000,
                            3,
                            9,
                            fill(0xE0, 32)),
                    """
            04 000075 00000000
            066e6f64652d31 fffffffffffffffd 0123456789abcdeffedcba98765432100000000000000007
            c0c1c2c3c4c5c6c7c8c9cacbcccdcecf 00002710 0002 00010000 00008000 00001388 00000003
            0000000000000009 e0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff"""),
            new Golden(
                    "register",
                    new Frame.Register(
                            9,
                            List.of(
                                    new ProxySpec(
                                            "web",
                                            "http/1.1",
                                            "0.0.0.0",
                                            8080,
                                            options("host", "example.org", "path", "")),
                                    new ProxySpec("ssh", "ssh", "", 0, Map.of()))),
                    """
            05 000045 00000000
            0000000000000009 03776562 08687474702f312e31 07302e302e302e30 1f90 02 04686f7374
            000b6578616d706c652e6f7267 0470617468 0000 03737368 03737368 00 0000 00"""),
            new Golden("register of nothing", new Frame.Register(Long.MAX_VALUE, List.of()), """
            05 000008 00000000
            7fffffffffffffff"""),
            new Golden(
                    "registered",
                    new Frame.Registered(
                            9,
                            "node-1",
                            List.of(
                                    new ProxyResult.Accepted("web", "203.0.113.7:8080"),
                                    new ProxyResult.Refused("ssh", RefusalCode.CONFLICT, "taken"),
                                    new ProxyResult.Retry("x", "claim timed out"))),
                    """
            06 000047 00000000
            0000000000000009 066e6f64652d31 03776562 00 00103230332e302e3131332e373a38303830 03737368 01 01
            000574616b656e 0178 02 000f636c61696d2074696d6564206f7574"""),
            new Golden(
                    "open from a node",
                    new Frame.Open(
                            2,
                            new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                            null,
                            "web",
                            9,
                            endpoint("c0000201", 52144),
                            endpoint("c6336402", 443),
                            262_144,
                            -1,
                            0),
                    """
            07 00003f 00000002
            112233445566778899aabbccddeeff00 00 03776562 0000000000000009 04c0000201cbb0 04c633640201bb
            0000000000040000 ffffffffffffffff 00000000"""),
            new Golden(
                    "open on a link",
                    new Frame.Open(
                            Integer.MAX_VALUE,
                            new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                            new SessionRef(0x0123456789abcdefL, 0xfedcba9876543210L, 7),
                            "web",
                            0,
                            endpoint("20010db8000000000000000000000001", 65535),
                            endpoint("20010db8000000000000000000000002", 22),
                            Long.MAX_VALUE,
                            5,
                            3),
                    """
            07 00006f 7fffffff
            112233445566778899aabbccddeeff00 01 0123456789abcdeffedcba98765432100000000000000007 03776562
            0000000000000000 1020010db8000000000000000000000001ffff 1020010db80000000000000000000000020016
            7fffffffffffffff 0000000000000005 00000003"""),
            new Golden("opened", new Frame.Opened(2, 262_144), """
            08 000008 00000002
            0000000000040000"""),
            new Golden("reset", new Frame.Reset(3, ResetCode.SERVICE_REFUSED, 5, "no"), """
            09 00000d 00000003
            02 0000000000000005 00026e6f"""),
            new Golden("data", new Frame.Data(2, payload("0001020304")), """
            0a 000005 00000002
            0001020304"""),
            new Golden("fin", new Frame.Fin(2), """
            0b 000000 00000002"""),
            new Golden("window", new Frame.Window(2, 65_536, 327_680), """
            0c 000010 00000002
            0000000000010000 0000000000050000"""),
            new Golden(
                    "windows",
                    new Frame.Windows(List.of(new Frame.Window(2, 1, 2), new Frame.Window(5, 0, Long.MAX_VALUE))),
                    """
            0d 000028 00000000
            00000002 0000000000000001 0000000000000002 00000005 0000000000000000 7fffffffffffffff"""),
            new Golden("detached", new Frame.Detached(4), """
            0e 000000 00000004"""),
            new Golden("datagram", new Frame.Datagram(6, payload("cafe")), """
            0f 000002 00000006
            cafe"""),
            new Golden("empty datagram", new Frame.Datagram(6, payload("")), """
            0f 000000 00000006"""),
            new Golden(
                    "resume",
                    new Frame.Resume(List.of(
                            new ResumeEntry(
                                    new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                                    null,
                                    1,
                                    1,
                                    10,
                                    20,
                                    new StreamState.Open()),
                            new ResumeEntry(
                                    new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                                    new SessionRef(0x0123456789abcdefL, 0xfedcba9876543210L, 7),
                                    3,
                                    2,
                                    11,
                                    21,
                                    new StreamState.FinReceived()),
                            new ResumeEntry(
                                    new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                                    null,
                                    5,
                                    3,
                                    12,
                                    22,
                                    new StreamState.Reset(ResetCode.CANCELLED, 77)))),
                    """
            10 00009f 00000000
            112233445566778899aabbccddeeff00 00 00000001 00000001 000000000000000a 0000000000000014 00
            112233445566778899aabbccddeeff00 01 0123456789abcdeffedcba98765432100000000000000007 00000003
            00000002 000000000000000b 0000000000000015 01 112233445566778899aabbccddeeff00 00 00000005
            00000003 000000000000000c 0000000000000016 02 0c 000000000000004d"""),
            new Golden(
                    "resumed",
                    new Frame.Resumed(List.of(
                            new ResumedEntry(
                                    new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                                    1,
                                    1,
                                    ResumeAnswer.OK,
                                    10,
                                    20,
                                    new StreamState.FinReceived()),
                            new ResumedEntry(
                                    new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                                    3,
                                    2,
                                    ResumeAnswer.RESET,
                                    0,
                                    0,
                                    new StreamState.Reset(ResetCode.BUSY, 77)),
                            new ResumedEntry(
                                    new StreamId(0x1122334455667788L, 0x99aabbccddeeff00L),
                                    5,
                                    3,
                                    ResumeAnswer.GONE,
                                    0,
                                    0,
                                    new StreamState.Open()))),
                    """
            11 000087 00000000
            112233445566778899aabbccddeeff00 00000001 00000001 00 000000000000000a 0000000000000014 01
            112233445566778899aabbccddeeff00 00000003 00000002 02 0000000000000000 0000000000000000 02 07
            000000000000004d 112233445566778899aabbccddeeff00 00000005 00000003 04 0000000000000000
            0000000000000000 00"""),
            new Golden("ping", new Frame.Ping(-1), """
            12 000008 00000000
            ffffffffffffffff"""),
            new Golden("pong", new Frame.Pong(258), """
            13 000008 00000000
            0000000000000102"""),
            new Golden("go away", new Frame.GoAway(GoAwayCode.REFUSED, "r-1", "Not admitted.", 1_000), """
            14 000018 00000000
            01 000003e8 03722d31 000d4e6f742061646d69747465642e"""));

    static List<Golden> all() {
        return ALL;
    }

    static byte[] fill(int first, int length) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    private static ByteBuf payload(String hex) {
        return Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(hex));
    }

    private static Endpoint endpoint(String hex, int port) {
        return new Endpoint(ByteBufUtil.decodeHexDump(hex), port);
    }

    private static Map<String, String> options(String... keysAndValues) {
        Map<String, String> options = new LinkedHashMap<>();
        for (int i = 0; i < keysAndValues.length; i += 2) {
            options.put(keysAndValues[i], keysAndValues[i + 1]);
        }
        return options;
    }
}
