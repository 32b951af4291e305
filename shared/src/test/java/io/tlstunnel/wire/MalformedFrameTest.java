package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each rule that bytes can break, and the sentence that says so. {@code Zn} in a payload stands for n zero bytes. */
class MalformedFrameTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # type, length, channel, payload                                     | message
            01 000031 00000000 00                                                | HELLO: number of versions is 0, not 1 to 16
            01 000031 00000000 11                                                | HELLO: number of versions is 17, not 1 to 16
            01 000031 00000000 01 00                                             | HELLO: version is 0, not 1 to 255
            01 000032 00000000 02 01 02 Z8 0161 00 Z4 Z32                        | HELLO lists its versions not from the highest down, each once
            01 000032 00000000 02 01 01 Z8 0161 00 Z4 Z32                        | HELLO lists its versions not from the highest down, each once
            01 000031 00000000 01 01 Z8 00                                       | HELLO: length of name is 0, not 1 to 255
            01 000031 00000000 01 01 Z8 ff                                       | HELLO ends inside its name
            01 000031 00000000 01 01 Z8 0180                                     | HELLO: name is not UTF-8
            01 000032 00000000 01 01 Z8 02c080                                   | HELLO: name is not UTF-8
            01 000033 00000000 01 01 Z8 03eda080                                 | HELLO: name is not UTF-8
            01 000031 00000000 01 01 Z8 0161 02                                  | HELLO: session flag is 2, not 0 to 1
            01 000049 00000000 01 01 Z8 0161 01 Z16 Z8                           | HELLO: epoch is 0, not 1 to 9223372036854775807
            01 000031 00000000 01 01 Z8 0161 00 80000000                         | HELLO: initial window is 2147483648, not 0 to 2147483647
            01 000032 00000000 01 01 Z8 0161 00 Z4 Z32 00                        | HELLO has 1 bytes behind its last field
            01 000031 00000001                                                   | HELLO on channel 1, not 0
            01 000030 00000000                                                   | HELLO of 48 bytes, not 49 to 342
            01 000157 00000000                                                   | HELLO of 343 bytes, not 49 to 342
            01 001001 00000000                                                   | HELLO of 4097 bytes before WELCOME, more than 4096
            02 000032 00000000 00                                                | CHALLENGE: version is 0, not 1 to 255
            02 000032 00000000 01 Z8 Z8 02                                       | CHALLENGE has an unknown binding wanted
            02 000031 00000000                                                   | CHALLENGE of 49 bytes, not 50
            03 000061 00000000 03                                                | PROOF has an unknown binding used
            03 000061 00000000 00 Z31 01 Z64                                     | PROOF has a binding that is not zero, though none was used
            03 000062 00000000                                                   | PROOF of 98 bytes, not 97
            04 000070 00000000 00                                                | WELCOME: length of node id is 0, not 1 to 255
            04 000070 00000000 0161 Z8 Z16 ffffffffffffffff                      | WELCOME: epoch is 2^63 or more
            04 000070 00000000 0161 Z8 Z16 0000000000000001 Z16 Z4               | WELCOME: limit of streams is 0, not 1 to 2147483647
            04 000070 00000000 0161 Z8 Z16 0000000000000001 Z16 00000001 0000    | WELCOME: limit of tunnels is 0, not 1 to 65535
            04 000070 00000000 0161 Z8 Z16 0000000000000001 Z16 00000001 0001 00010001          | WELCOME: limit of DATA is 65537, not 1 to 65536
            04 000070 00000000 0161 Z8 Z16 0000000000000001 Z16 00000001 0001 00000001 Z4 Z4    | WELCOME: ping interval is 0, not 1 to 2147483647
            04 000070 00000000 0161 Z8 Z16 0000000000000001 Z16 00000001 0001 00000001 Z4 00000001 Z4 | WELCOME: number of members is 0, not 1 to 2147483647
            12 000008 00000000                                                   | PING came before WELCOME
            0a 000001 00000001                                                   | DATA came before WELCOME
            c8 000001 00000000                                                   | a frame of unknown type 200 came before WELCOME
            c8 001001 00000000                                                   | a frame of unknown type 200 of 4097 bytes before WELCOME, more than 4096
            47 455420 2f74756e                                                   | a frame of unknown type 71 of 4543520 bytes before WELCOME, more than 4096
            14 000008 00000000 01 80000000                                       | GOAWAY: deadline is 2147483648, not 0 to 2147483647
            14 000008 00000000 01 Z4 41                                          | GOAWAY: length of reference is 65, not 0 to 64
            14 000008 00000000 01 Z4 00 0401                                     | GOAWAY: length of reason is 1025, not 0 to 1024
            14 000009 00000000 01 Z4 00 0000 00                                  | GOAWAY has 1 bytes behind its last field
            """)
    void beforeWelcome(String bytes, String message) {
        assertMalformed(new FrameDecoder(new Recorder()), bytes, message);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            # type, length, channel, payload                                     | message
            01 000031 00000000                                                   | HELLO came after WELCOME
            04 000070 00000000                                                   | WELCOME came after WELCOME
            05 100001 00000000                                                   | REGISTER of 1048577 bytes, not 8 to 1048576
            05 000008 00000000 Z8                                                | REGISTER: revision is 0, not 1 to 9223372036854775807
            05 000009 00000000 Z7 01 00                                          | REGISTER: length of proxy name is 0, not 1 to 255
            05 00000a 00000000 Z7 01 0161                                        | REGISTER ends inside its length of proxy type
            05 00000f 00000000 Z7 01 0161 0162 00 0050                           | REGISTER ends inside its number of options
            05 000010 00000000 Z7 01 0161 0162 00 0050 41                        | REGISTER: number of options is 65, not 0 to 64
            05 000018 00000000 Z7 01 0161 0162 00 0050 02 016b 0000 016b 0000    | REGISTER names an option twice
            05 000018 00000000 Z7 01 0161 0162 00 0050 00 0161 0162 00 0050 00   | REGISTER names two proxies alike
            06 00000d 00000000 Z7 01 016e 0170 03                                | REGISTERED: outcome is 3, not 0 to 2
            06 00000f 00000000 Z7 01 016e 0170 00 0000                           | REGISTERED: length of public address is 0, not 1 to 1024
            07 00003d 00000000                                                   | OPEN on channel 0
            07 00003d 80000000                                                   | OPEN on channel 2147483648, which is above 2147483647
            07 00003d 00000002 Z16 02                                            | OPEN: session flag is 2, not 0 to 1
            07 00003d 00000002 Z16 00 0161 80 Z7                                 | OPEN: revision is 2^63 or more
            07 00003d 00000002 Z16 00 0161 Z8 03                                 | OPEN: length of source is 3, not 4 to 16
            07 00003d 00000002 Z16 00 0161 Z8 06                                 | OPEN: source is 6 bytes, neither 4 nor 16
            07 00003d 00000002 Z16 00 0161 Z8 10 Z16 0050 04 Z4                  | OPEN ends inside its trace id
            07 00003d 00000002 Z16 00 0161 Z8 04 Z4 0050 04 Z4 0050 ff           | OPEN: allowed offset is 2^63 or more
            07 00003d 00000002 Z16 00 0161 Z8 04 Z4 0050 04 Z4 0050 Z8 Z8 ff     | OPEN: try number is 4278190080, not 0 to 2147483647
            08 000008 00000002 ff                                                | OPENED: allowed offset is 2^63 or more
            08 000009 00000002                                                   | OPENED of 9 bytes, not 8
            09 00000b 00000000                                                   | RESET on channel 0
            09 00000b 00000002 01 80                                             | RESET: final offset is 2^63 or more
            09 00000b 00000002 01 Z8 0001                                        | RESET ends inside its reason
            09 00040c 00000002                                                   | RESET of 1036 bytes, not 11 to 1035
            0a 000001 00000000                                                   | DATA on channel 0
            0a 000000 00000002                                                   | DATA of 0 bytes, not 1 to 65536
            0a 010001 00000002                                                   | DATA of 65537 bytes, not 1 to 65536
            0b 000001 00000002                                                   | FIN of 1 bytes, not 0
            0b 000000 00000000                                                   | FIN on channel 0
            0c 00000f 00000002                                                   | WINDOW of 15 bytes, not 16
            0c 000010 00000000                                                   | WINDOW on channel 0
            0c 000010 00000002 80                                                | WINDOW: consumed offset is 2^63 or more
            0c 000010 00000002 Z8 80                                             | WINDOW: allowed offset is 2^63 or more
            0d 000014 00000002                                                   | WINDOWS on channel 2, not 0
            0d 000015 00000000                                                   | WINDOWS of 21 bytes, no multiple of 20
            0d 000000 00000000                                                   | WINDOWS of 0 bytes, not 20 to 65536
            0d 000014 00000000 Z4                                                | WINDOWS: channel is 0, not 1 to 2147483647
            0e 000001 00000002                                                   | DETACHED of 1 bytes, not 0
            0f 00ffe4 00000002                                                   | DATAGRAM of 65508 bytes, not 0 to 65507
            0f 000000 00000000                                                   | DATAGRAM on channel 0
            10 000000 00000000                                                   | RESUME of 0 bytes, not 42 to 65536
            10 00002a 00000001                                                   | RESUME on channel 1, not 0
            10 00002a 00000000 Z16 00 Z4                                         | RESUME: channel is 0, not 1 to 2147483647
            10 00002a 00000000 Z16 00 00000001 Z4                                | RESUME: attach number is 0, not 1 to 2147483647
            10 00002a 00000000 Z16 00 00000001 00000001 Z8 Z8 03                 | RESUME: state is 3, not 0 to 2
            10 00002b 00000000 Z16 00 00000001 00000001 Z8 Z8 00 00              | RESUME ends inside its stream id
            11 00002a 00000000 Z16 00000001 00000001 05                          | RESUMED has an unknown answer
            11 00002a 00000000 Z16 00000001 00000001 04 Z7 01 Z8 00              | RESUMED has offsets in an answer other than ok
            11 00002a 00000000 Z16 00000001 00000001 02 Z8 Z8 00                 | RESUMED answers reset without the state reset
            12 000008 00000003                                                   | PING on channel 3, not 0
            12 000007 00000000                                                   | PING of 7 bytes, not 8
            13 000009 00000000                                                   | PONG of 9 bytes, not 8
            14 000449 00000000                                                   | GOAWAY of 1097 bytes, not 8 to 1096
            c8 010001 00000000                                                   | a frame of unknown type 200 of 65537 bytes, more than 65536
            c8 000000 ffffffff                                                   | a frame of unknown type 200 on channel 4294967295, which is above 2147483647
            """)
    void afterWelcome(String bytes, String message) {
        FrameDecoder decoder = new FrameDecoder(new Recorder());
        decoder.handshakeDone();
        assertMalformed(decoder, bytes, message);
    }

    /** Feeds what the row says, and zeros for the rest of the frame. */
    private static void assertMalformed(FrameDecoder decoder, String row, String message) {
        StringBuilder hex = new StringBuilder();
        for (String field : row.trim().split(" +", -1)) {
            hex.append(field.startsWith("Z") ? "00".repeat(Integer.parseInt(field.substring(1))) : field);
        }
        int whole = 2 * (WireFormat.HEADER_LENGTH + Integer.parseInt(hex.substring(2, 8), 16));
        hex.append("0".repeat(Math.max(0, Math.min(whole, 4096) - hex.length())));
        Feed feed = new Feed();
        assertThatThrownBy(() -> decoder.feed(feed.buffer(io.netty.buffer.ByteBufUtil.decodeHexDump(hex))))
                .isInstanceOf(MalformedFrameException.class)
                .hasMessage(message);
        assertThat(feed.held()).isZero();
    }
}
