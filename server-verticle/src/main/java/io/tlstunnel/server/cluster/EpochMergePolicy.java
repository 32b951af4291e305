package io.tlstunnel.server.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import org.jspecify.annotations.Nullable;

/** After a partition the higher epoch of a name counts. Made by Hazelcast, by its name. */
public final class EpochMergePolicy implements SplitBrainMergePolicy<String, MergingValue<String>, Object> {

    @Override
    public Object merge(MergingValue<String> merging, @Nullable MergingValue<String> existing) {
        return existing != null && epoch(existing) >= epoch(merging) ? existing.getRawValue() : merging.getRawValue();
    }

    private static long epoch(MergingValue<String> entry) {
        return SharedEpochs.read(entry.getDeserializedValue()).epoch();
    }

    @Override
    public void writeData(ObjectDataOutput out) {
        // It has no state.
    }

    @Override
    public void readData(ObjectDataInput in) {
        // It has no state.
    }
}
