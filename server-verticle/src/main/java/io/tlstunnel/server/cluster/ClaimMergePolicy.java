package io.tlstunnel.server.cluster;

import com.hazelcast.nio.ObjectDataInput;
import com.hazelcast.nio.ObjectDataOutput;
import com.hazelcast.spi.merge.MergingValue;
import com.hazelcast.spi.merge.SplitBrainMergePolicy;
import io.tlstunnel.server.routing.SharedClaims;
import org.jspecify.annotations.Nullable;

/** After a partition the earlier of two claims that conflict counts. Made by Hazelcast, by its name. */
public final class ClaimMergePolicy implements SplitBrainMergePolicy<String, MergingValue<String>, Object> {

    @Override
    public Object merge(MergingValue<String> merging, @Nullable MergingValue<String> existing) {
        return existing == null
                ? merging.getRawValue()
                : SharedClaims.merge(existing.getDeserializedValue(), merging.getDeserializedValue());
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
