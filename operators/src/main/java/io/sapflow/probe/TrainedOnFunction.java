package io.sapflow.probe;

import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyPair;
import io.sapflow.train.BroadcastRecord;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.co.CoProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Lets probe prompts through that are no safety pairs as well; the others go to quarantine, and
 * count as retired. First input: prompts. Second input: pairs. One subtask, which sees all of both.
 */
public final class TrainedOnFunction
    extends CoProcessFunction<BroadcastRecord, BroadcastRecord, BroadcastRecord>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1;

  private final String topic;
  private final OutputTag<QuarantinedRecord> quarantine;

  private transient TrainedOn trainedOn;
  private transient RecordCodec<SafetyPair> pairs;
  private transient RecordCodec<ProbePrompt> prompts;

  /** How far each partition of the prompts has been read. */
  private transient Map<Integer, Long> read;

  private transient ListState<String> savedPairs;
  private transient ListState<byte[]> savedPrompts;
  private transient ListState<Long> savedRead;

  /**
   * A function.
   *
   * @param topic of the prompts
   */
  public TrainedOnFunction(String topic, OutputTag<QuarantinedRecord> quarantine) {
    this.topic = topic;
    this.quarantine = quarantine;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    savedPairs =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("pair-questions", Types.STRING));
    savedPrompts =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>(
                    "asked-prompts", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO));
    savedRead =
        context
            .getOperatorStateStore()
            .getListState(new ListStateDescriptor<>("asked-at", Types.LONG));
  }

  @Override
  public void open(OpenContext context) throws Exception {
    trainedOn = new TrainedOn();
    pairs = RecordCodec.of(SafetyPair.class);
    prompts = RecordCodec.of(ProbePrompt.class);
    read = new TreeMap<>();
    for (String pair : savedPairs.get()) {
      int end = pair.indexOf(' ');
      trainedOn.pair(new TrainedOn.Pair(pair.substring(end + 1), pair.substring(0, end)));
    }
    Iterator<Long> places = savedRead.get().iterator();
    for (byte[] prompt : savedPrompts.get()) {
      take(prompt, places.next().intValue(), places.next());
    }
    while (places.hasNext()) {
      read.merge(places.next().intValue(), places.next(), Math::max);
    }
  }

  @Override
  public void processElement1(
      BroadcastRecord record, Context context, Collector<BroadcastRecord> out) throws Exception {
    if (!(record instanceof BroadcastRecord.Prompt prompt)) {
      return;
    }
    int partition = prompt.partition();
    if (prompt.passedOver()) {
      read.merge(partition, prompt.offset(), Math::max);
      out.collect(prompt);
      return;
    }
    String pair = take(prompt.value(), partition, prompt.offset());
    if (pair == null) {
      out.collect(prompt);
    } else {
      String id = prompts.decode(prompt.value()).getId();
      out.collect(retired(id, partition));
      setAside(id, pair, partition, prompt.offset(), prompt.value(), context);
    }
  }

  private String take(byte[] bytes, int partition, long offset) throws Exception {
    read.merge(partition, offset, Math::max);
    return trainedOn.prompt(prompts.decode(bytes), partition, offset, bytes);
  }

  @Override
  public void processElement2(
      BroadcastRecord record, Context context, Collector<BroadcastRecord> out) throws Exception {
    if (!(record instanceof BroadcastRecord.Pair heard) || heard.passedOver()) {
      return;
    }
    SafetyPair pair = pairs.decode(heard.value());
    for (TrainedOn.Asked gone : trainedOn.pair(pair)) {
      out.collect(retired(gone.id(), gone.partition()));
      setAside(gone.id(), pair.getId(), gone.partition(), gone.offset(), gone.bytes(), context);
    }
  }

  /** That a prompt is not asked any more, at the place up to which its topic has been read. */
  private BroadcastRecord.Prompt retired(String id, int partition) {
    ProbePrompt prompt =
        ProbePrompt.newBuilder()
            .setId(id)
            .setKind(PromptKind.HARMFUL)
            .setPrompt(List.of())
            .setActive(false)
            .build();
    return new BroadcastRecord.Prompt(partition, read.get(partition), prompts.encode(prompt));
  }

  private void setAside(
      String prompt, String pair, int partition, long offset, byte[] bytes, Context context) {
    RawRecord raw = new RawRecord(topic, partition, offset, 0, new byte[0], bytes, new byte[0]);
    String message =
        "prompt "
            + prompt
            + ": found the id or question of safety pair "
            + pair
            + ", expected none that is trained on; it is not asked";
    context.output(
        quarantine,
        Quarantine.record(
            raw, new RejectedRecordException("probe", QuarantineReason.TRAINED_ON, message)));
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    savedPairs.clear();
    savedPrompts.clear();
    savedRead.clear();
    for (TrainedOn.Pair pair : trainedOn.pairs()) {
      savedPairs.add(pair.question() + " " + pair.id());
    }
    for (TrainedOn.Asked prompt : trainedOn.prompts()) {
      savedPrompts.add(prompt.bytes());
      savedRead.add((long) prompt.partition());
      savedRead.add(prompt.offset());
    }
    for (Map.Entry<Integer, Long> partition : read.entrySet()) {
      savedRead.add((long) partition.getKey());
      savedRead.add(partition.getValue());
    }
  }
}
