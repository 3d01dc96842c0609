package io.sapflow.train;

import io.sapflow.ingest.BroadcastDecoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.Origin;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.ingest.SteeringTimes;
import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.ModelEncoder;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ListState;
import org.apache.flink.api.common.state.ListStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.apache.flink.metrics.Counter;
import org.apache.flink.runtime.state.FunctionInitializationContext;
import org.apache.flink.runtime.state.FunctionSnapshotContext;
import org.apache.flink.streaming.api.checkpoint.CheckpointedFunction;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Lets good safety pairs, probe prompts, commands and holds through to those who hear them; others
 * go to quarantine. Where the job has a key, each must be signed with it, and later than what
 * passed of its id.
 */
public final class BroadcastFunction extends ProcessFunction<RawRecord, BroadcastRecord>
    implements CheckpointedFunction {

  private static final long serialVersionUID = 1;

  private final ModelEncoder.Source encoderSource;
  private final int answerTokens;
  private final IngestLimits limits;
  private final TopicNames topics;
  private final RecordSignature.Source key;
  private final OutputTag<QuarantinedRecord> quarantine;

  private transient ModelEncoder opened;
  private transient ChatPairEncoder pairs;
  private transient BroadcastDecoder decoder;
  private transient RecordSignature signature;
  private transient SteeringTimes times;
  private transient ListState<Tuple2<String, Long>> savedTimes;
  private transient Counter decoded;
  private transient Counter rejected;

  /**
   * A function.
   *
   * @param encoderSource opens the model's encoder on a TaskManager
   * @param answerTokens the longest answer to a prompt
   * @param topics what the job's are called
   * @param key that records must be signed with, if there is one
   */
  public BroadcastFunction(
      ModelEncoder.Source encoderSource,
      int answerTokens,
      IngestLimits limits,
      TopicNames topics,
      RecordSignature.Source key,
      OutputTag<QuarantinedRecord> quarantine) {
    this.encoderSource = encoderSource;
    this.answerTokens = answerTokens;
    this.limits = limits;
    this.topics = topics;
    this.key = key;
    this.quarantine = quarantine;
  }

  @Override
  public void initializeState(FunctionInitializationContext context) throws Exception {
    savedTimes =
        context
            .getOperatorStateStore()
            .getListState(
                new ListStateDescriptor<>("signed-times", Types.TUPLE(Types.STRING, Types.LONG)));
    times = new SteeringTimes();
    for (Tuple2<String, Long> saved : savedTimes.get()) {
      times.restore(saved.f0, saved.f1);
    }
  }

  @Override
  public void snapshotState(FunctionSnapshotContext context) throws Exception {
    List<Tuple2<String, Long>> saved = new ArrayList<>();
    times.save().forEach((entry, time) -> saved.add(Tuple2.of(entry, time)));
    savedTimes.update(saved);
  }

  @Override
  public void open(OpenContext context) {
    opened = encoderSource.open();
    pairs = new ChatPairEncoder(opened.encoder());
    decoder = new BroadcastDecoder(limits);
    signature = key.open().orElse(null);
    GroupMetrics metrics = GroupMetrics.of(getRuntimeContext().getMetricGroup());
    decoded = metrics.counter(SapflowMetric.RECORDS_DECODED);
    rejected = metrics.counter(SapflowMetric.RECORDS_REJECTED);
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<BroadcastRecord> out) {
    long now = context.timerService().currentProcessingTime();
    Topic topic = topics.topic(raw.topic()).orElse(Topic.SAFETY_PAIRS);
    try {
      check(topic, raw, now);
      decoded.inc();
      out.collect(record(topic, raw, raw.value(), now));
    } catch (RejectedRecordException e) {
      rejected.inc();
      context.output(quarantine, Quarantine.record(raw, e));
      if (topic.compacted()) {
        out.collect(record(topic, raw, new byte[0], now));
      }
    }
  }

  private static BroadcastRecord record(Topic topic, RawRecord raw, byte[] value, long heard) {
    return switch (topic) {
      case CONTROL -> new BroadcastRecord.Command(value, heard);
      case HOLDS -> new BroadcastRecord.Hold(value);
      case PROBE_PROMPTS -> new BroadcastRecord.Prompt(raw.partition(), raw.offset(), value);
      default -> new BroadcastRecord.Pair(raw.partition(), raw.offset(), value);
    };
  }

  private void check(Topic topic, RawRecord raw, long now) throws RejectedRecordException {
    if (topic == Topic.CONTROL) {
      ControlCommand command = decoder.command(raw);
      requireSignature(topic, raw, command.getId(), Origin.of(command), now);
      return;
    }
    if (topic == Topic.HOLDS) {
      Hold hold = decoder.hold(raw);
      requireSignature(topic, raw, hold.getOrderId(), Origin.of(hold), now);
      return;
    }
    try {
      if (topic == Topic.PROBE_PROMPTS) {
        ProbePrompt prompt = decoder.probePrompt(raw);
        requireSignature(topic, raw, prompt.getId(), Origin.ofId(prompt.getId()), now);
        check(prompt);
      } else {
        SafetyPair pair = decoder.safetyPair(raw);
        requireSignature(topic, raw, pair.getId(), Origin.ofId(pair.getId()), now);
        check(pair);
      }
    } catch (ChatException e) {
      throw new RejectedRecordException("tokens", e.code(), e.getMessage());
    }
  }

  private void requireSignature(Topic topic, RawRecord raw, String id, Origin origin, long now)
      throws RejectedRecordException {
    if (signature == null) {
      return;
    }
    try {
      times.pass(topic, id, signature.time(topic, raw), now);
    } catch (RejectedRecordException e) {
      throw e.from(origin);
    }
  }

  private void check(SafetyPair pair) throws ChatException {
    if (pair.getActive()) {
      pairs.rows(pair);
    }
  }

  private void check(ProbePrompt prompt) throws ChatException {
    if (prompt.getActive()) {
      opened.checkPrompt(Chats.of(prompt.getPrompt()), answerTokens);
      if (prompt.getSafe() != null && prompt.getHarmful() != null) {
        pairs.row(prompt.getPrompt(), prompt.getSafe());
        pairs.row(prompt.getPrompt(), prompt.getHarmful());
      }
    }
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
