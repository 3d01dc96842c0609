package io.sapflow.train;

import io.sapflow.model.TaskPlace;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.api.common.functions.RuntimeContext;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.streaming.api.operators.AbstractStreamOperator;

/**
 * An operator that hears a compacted topic on a broadcast input: it keeps the topic's active
 * records as state, and knows when it has read what stood on the topic at submission.
 */
public abstract class CompactedTopicOperator<OUT> extends AbstractStreamOperator<OUT> {

  private static final long serialVersionUID = 1;

  /** What Flink's driver of GPUs calls a device's index. */
  private static final String DEVICE_INDEX = "index";

  private final String recordsName;
  private final String offsetsName;
  private final Map<Integer, Long> awaited;

  private transient BroadcastState<String, byte[]> records;
  private transient BroadcastState<Integer, Long> offsets;

  /**
   * An operator.
   *
   * @param recordsName name of the state that holds the records
   * @param offsetsName name of the state that holds how far the topic has been read
   * @param awaited for each partition of the topic that held records at submission, the last offset
   */
  protected CompactedTopicOperator(
      String recordsName, String offsetsName, Map<Integer, Long> awaited) {
    this.recordsName = recordsName;
    this.offsetsName = offsetsName;
    this.awaited = new HashMap<>(awaited);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    records =
        context
            .getOperatorStateStore()
            .getBroadcastState(
                new MapStateDescriptor<>(
                    recordsName,
                    Types.STRING,
                    PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    offsets =
        context
            .getOperatorStateStore()
            .getBroadcastState(new MapStateDescriptor<>(offsetsName, Types.INT, Types.LONG));
  }

  /** Where this subtask runs; Flink gives every task of a process the same devices. */
  protected final TaskPlace place() {
    RuntimeContext context = getRuntimeContext();
    return new TaskPlace(
        context.getTaskInfo().getIndexOfThisSubtask(),
        resource ->
            context.getExternalResourceInfos(resource).stream()
                .map(info -> info.getProperty(DEVICE_INDEX).orElse(""))
                .toList());
  }

  /** The bytes of the active records. */
  protected final Iterable<Map.Entry<String, byte[]>> records() throws Exception {
    return records.immutableEntries();
  }

  /** Keeps a record, or forgets it if it is retired. */
  protected final void keep(BroadcastRecord.Compacted record, String id, boolean active)
      throws Exception {
    if (active) {
      records.put(id, record.value());
    } else {
      records.remove(id);
    }
    offsets.put(record.partition(), record.offset());
  }

  /** Notes that a record was read of which nothing is kept: one that went to quarantine. */
  protected final void passOver(BroadcastRecord.Compacted record) throws Exception {
    offsets.put(record.partition(), record.offset());
  }

  /** Whether everything has been read that stood on the topic at submission. */
  protected final boolean topicRead() throws Exception {
    for (Map.Entry<Integer, Long> partition : awaited.entrySet()) {
      Long read = offsets.get(partition.getKey());
      if (read == null || read < partition.getValue()) {
        return false;
      }
    }
    return true;
  }
}
