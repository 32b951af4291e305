package io.tlstunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToIntFunction;
import org.junit.jupiter.api.Test;

/** docs/protocol.md says what the code does. */
class ProtocolPageTest {

    @Test
    void listsEveryFrameType() {
        List<List<String>> expected = Arrays.stream(FrameType.values())
                .map(type -> List.of(
                        "" + type.code(),
                        type.name(),
                        type.place() == FrameType.Place.CHANNEL ? "n" : "0",
                        type.minLength() == type.maxLength()
                                ? "" + type.minLength()
                                : type.minLength() + " to " + type.maxLength()))
                .toList();
        assertThat(rows("frames", 4)).isEqualTo(expected);
    }

    @Test
    void listsEveryCode() {
        assertListed(BindingWanted.values(), BindingWanted::code);
        assertListed(BindingUsed.values(), BindingUsed::code);
        assertListed(RefusalCode.values(), RefusalCode::code);
        assertListed(ResetCode.values(), ResetCode::code);
        assertListed(ResumeAnswer.values(), ResumeAnswer::code);
        assertListed(GoAwayCode.values(), GoAwayCode::code);
    }

    @Test
    void marksNothingThatIsNotChecked() {
        assertThat(ProtocolPage.marks())
                .containsExactlyInAnyOrder(
                        "frames",
                        "BindingWanted",
                        "BindingUsed",
                        "RefusalCode",
                        "ResetCode",
                        "ResumeAnswer",
                        "GoAwayCode",
                        "example");
    }

    private static <E extends Enum<E>> void assertListed(E[] values, ToIntFunction<E> code) {
        List<List<String>> expected = Arrays.stream(values)
                .map(value -> List.of("" + code.applyAsInt(value), value.name()))
                .toList();
        assertThat(rows(values[0].getDeclaringClass().getSimpleName(), 2)).isEqualTo(expected);
    }

    private static List<List<String>> rows(String table, int columns) {
        return ProtocolPage.table(table).stream()
                .map(row -> row.subList(0, columns))
                .toList();
    }
}
