package io.tlstunnel.wire;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.lang.reflect.RecordComponent;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/** Frames as text with all their bytes, so that two can be compared and a difference read. */
final class Described {
    private Described() {}

    static String describe(@Nullable Object value) {
        if (value instanceof Record record) {
            return record(record);
        }
        if (value instanceof byte[] bytes) {
            return ByteBufUtil.hexDump(bytes);
        }
        if (value instanceof ByteBuf buffer) {
            return ByteBufUtil.hexDump(buffer);
        }
        if (value instanceof List<?> list) {
            return list.stream().map(Described::describe).toList().toString();
        }
        if (value instanceof Map<?, ?> map) {
            return map.entrySet().toString();
        }
        return String.valueOf(value);
    }

    private static String record(Record record) {
        StringJoiner components = new StringJoiner(", ", record.getClass().getSimpleName() + "(", ")");
        for (RecordComponent component : record.getClass().getRecordComponents()) {
            try {
                components.add(component.getName() + "="
                        + describe(component.getAccessor().invoke(record)));
            } catch (ReflectiveOperationException e) {
                throw new LinkageError(component.toString(), e);
            }
        }
        return components.toString();
    }
}
