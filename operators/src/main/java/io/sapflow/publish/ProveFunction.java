package io.sapflow.publish;

import io.sapflow.gate.Gate;
import io.sapflow.gate.GateLimits;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.UndecodableRecordException;
import io.sapflow.schema.VersionStatus;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.functions.KeySelector;
import org.apache.flink.formats.avro.typeutils.AvroTypeInfo;
import org.apache.flink.streaming.api.functions.KeyedProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Lets those records of the adapters topic through that the probes topic bears out, both read once
 * they are committed. A promotion needs its version's green report, and a report bears one
 * promotion out. A rollback needs the same of the version that it leads to. Where the job has a
 * key, both must be signed with it.
 *
 * <p>Report and promotion are committed by one checkpoint, but each on its own topic, so that a
 * record waits {@link #WAIT} for its report, and then goes to quarantine.
 */
public final class ProveFunction extends KeyedProcessFunction<String, RawRecord, RawRecord> {

  private static final long serialVersionUID = 1;

  /** How long a record waits for the report that bears it out. */
  static final Duration WAIT = Duration.ofMinutes(2);

  /** Green reports of an adapter that are remembered. */
  static final int MOST_PROOFS = 1000;

  private final GateLimits limits;
  private final TopicNames topics;
  private final RecordSignature.Source key;
  private final OutputTag<QuarantinedRecord> quarantine;

  private transient Gate gate;
  private transient RecordSignature signature;
  private transient RecordCodec<AdapterVersion> versions;
  private transient RecordCodec<ProbeReport> reports;
  private transient MapState<String, Proof> proofs;
  private transient ValueState<Long> spent;
  private transient MapState<String, QuarantinedRecord> waiting;
  private transient MapState<String, Long> deadlines;
  private transient MapState<String, Long> signed;
  private transient long earliest;

  /**
   * A function.
   *
   * @param limits what makes a report green
   * @param topics what the job's are called
   * @param key that records must be signed with, if there is one
   */
  public ProveFunction(
      GateLimits limits,
      TopicNames topics,
      RecordSignature.Source key,
      OutputTag<QuarantinedRecord> quarantine) {
    this.limits = limits;
    this.topics = topics;
    this.key = key;
    this.quarantine = quarantine;
  }

  /** The key of a record of either topic, which is its adapter's id. */
  public static KeySelector<RawRecord, String> adapter() {
    return raw -> new String(raw.key(), StandardCharsets.UTF_8);
  }

  @Override
  public void open(OpenContext context) {
    gate = new Gate(limits);
    signature = key.open().orElse(null);
    versions = RecordCodec.of(AdapterVersion.class);
    reports = RecordCodec.of(ProbeReport.class);
    proofs = map("proofs", TypeInformation.of(Proof.class));
    spent = getRuntimeContext().getState(new ValueStateDescriptor<>("spent", Types.LONG));
    waiting = map("waiting", new AvroTypeInfo<>(QuarantinedRecord.class));
    deadlines = map("deadlines", Types.LONG);
    signed = map("signed", Types.LONG);
  }

  private <T> MapState<String, T> map(String name, TypeInformation<T> type) {
    return getRuntimeContext().getMapState(new MapStateDescriptor<>(name, Types.STRING, type));
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<RawRecord> out)
      throws Exception {
    long now = context.timerService().currentProcessingTime();
    started(now);
    boolean report = topics.is(Topic.PROBES, raw.topic());
    try {
      if (signature != null) {
        long time = signature.time(report ? Topic.PROBES : Topic.ADAPTERS, raw);
        requireNewer(raw.topic(), report, time, now);
      }
      if (report) {
        hear(report(raw, context), raw.offset(), context, out);
      } else {
        hear(version(raw, context), raw, context, out);
      }
    } catch (UndecodableRecordException e) {
      context.output(quarantine, Quarantine.record(raw, rejection(e.reason(), e.getMessage())));
    } catch (RejectedRecordException e) {
      context.output(quarantine, Quarantine.record(raw, e));
    }
  }

  /** What was sent again is older than what came since, and no two reports are of one time. */
  private void requireNewer(String topic, boolean report, long time, long now) throws Exception {
    Long newest = signed.get(topic);
    long slack = report ? 0 : RecordSignature.AGE.toMillis();
    if (newest != null && time <= newest - slack) {
      throw RecordSignature.stale(time, newest - slack);
    }
    // A clock that was ahead makes nothing older than now.
    long heard = Math.min(time, now);
    signed.put(topic, newest == null ? heard : Math.max(newest, heard));
  }

  private ProbeReport report(RawRecord raw, Context context)
      throws UndecodableRecordException, RejectedRecordException {
    ProbeReport report = reports.decode(raw.value());
    requireKey(report.getAdapterId(), context);
    return report;
  }

  private AdapterVersion version(RawRecord raw, Context context)
      throws UndecodableRecordException, RejectedRecordException {
    AdapterVersion version = versions.decode(raw.value());
    requireKey(version.getAdapterId(), context);
    return version;
  }

  private static void requireKey(String adapterId, Context context) throws RejectedRecordException {
    if (!adapterId.equals(context.getCurrentKey())) {
      throw rejection(
          QuarantineReason.INVALID_VERSION, "the key is not the adapter's id, which is expected");
    }
  }

  private void hear(ProbeReport report, long offset, Context context, Collector<RawRecord> out)
      throws Exception {
    if (!gate.green(report)) {
      return;
    }
    proofs.put(report.getVersion(), Proof.of(report, offset));
    forgetOldest();
    for (QuarantinedRecord held : takeWaiting(report.getVersion())) {
      RawRecord raw = raw(held);
      try {
        hear(versions.decode(raw.value()), raw, context, out);
      } catch (RejectedRecordException e) {
        context.output(quarantine, Quarantine.record(raw, e));
      }
    }
  }

  /** Takes out what has waited for a version's report, in the order of its topic. */
  private List<QuarantinedRecord> takeWaiting(String version) throws Exception {
    List<QuarantinedRecord> taken = new ArrayList<>();
    for (QuarantinedRecord held : waiting.values()) {
      if (version.equals(target(versions.decode(bytes(held.getValue()))))) {
        taken.add(held);
      }
    }
    for (QuarantinedRecord held : taken) {
      waiting.remove(place(held.getPartition(), held.getOffset()));
      deadlines.remove(place(held.getPartition(), held.getOffset()));
    }
    taken.sort(Comparator.comparing(QuarantinedRecord::getOffset));
    return taken;
  }

  private static String place(int partition, long offset) {
    return partition + "@" + offset;
  }

  /** The version that a record has served; null where it asks for none. */
  private static String target(AdapterVersion version) {
    return switch (version.getStatus()) {
      case PROMOTED -> version.getVersion();
      case ROLLED_BACK -> version.getParent();
      default -> null;
    };
  }

  private void hear(
      AdapterVersion version, RawRecord raw, Context context, Collector<RawRecord> out)
      throws Exception {
    String target = target(version);
    Proof proof = target == null ? null : proofs.get(target);
    if (version.getStatus() == VersionStatus.PROMOTED) {
      if (proof == null) {
        await(target, raw, context);
        return;
      }
      spend(proof, version);
    } else if (target != null && proof == null && spent.value() != null) {
      // Before the first promotion nobody knows what an earlier state of the job has promoted.
      await(target, raw, context);
      return;
    }
    out.collect(raw);
  }

  private void spend(Proof proof, AdapterVersion promotion) throws Exception {
    String fault = proof.fault(promotion, spent.value());
    if (fault != null) {
      throw rejection(
          QuarantineReason.UNPROVEN_VERSION, "version " + promotion.getVersion() + ": " + fault);
    }
    spent.update(proof.order());
    if (proof.parent() != null && !proofs.contains(proof.parent())) {
      // Its report says that it was promoted, in a time that this state does not remember.
      proofs.put(proof.parent(), Proof.PLACE);
    }
  }

  private void await(String version, RawRecord raw, Context context) throws Exception {
    String place = place(raw.partition(), raw.offset());
    waiting.put(
        place,
        Quarantine.record(
            raw,
            rejection(
                QuarantineReason.UNPROVEN_VERSION,
                "version "
                    + version
                    + ": found no complete report within the gate's limits on "
                    + topics.of(Topic.PROBES)
                    + ", expected one")));
    long deadline = context.timerService().currentProcessingTime() + WAIT.toMillis();
    deadlines.put(place, deadline);
    context.timerService().registerProcessingTimeTimer(deadline);
  }

  @Override
  public void onTimer(long timestamp, OnTimerContext context, Collector<RawRecord> out)
      throws Exception {
    long now = context.timerService().currentProcessingTime();
    started(now);
    if (timestamp < earliest) {
      // A job that was down has yet to read what was committed meanwhile.
      context.timerService().registerProcessingTimeTimer(earliest);
      return;
    }
    List<String> over = new ArrayList<>();
    for (Map.Entry<String, Long> each : deadlines.entries()) {
      if (each.getValue() <= timestamp) {
        over.add(each.getKey());
      }
    }
    for (String place : over) {
      context.output(quarantine, waiting.get(place));
      waiting.remove(place);
      deadlines.remove(place);
    }
  }

  private void started(long now) {
    if (earliest == 0) {
      earliest = now + WAIT.toMillis();
    }
  }

  /** The oldest is the one that a rollback is least likely to lead to. */
  private void forgetOldest() throws Exception {
    String oldest = null;
    int count = 0;
    long order = Long.MAX_VALUE;
    for (Map.Entry<String, Proof> each : proofs.entries()) {
      count++;
      if (each.getValue().order() < order) {
        order = each.getValue().order();
        oldest = each.getKey();
      }
    }
    if (count > MOST_PROOFS) {
      proofs.remove(oldest);
    }
  }

  private static RawRecord raw(QuarantinedRecord held) {
    return new RawRecord(
        held.getTopic(),
        held.getPartition(),
        held.getOffset(),
        held.getTimestamp(),
        bytes(held.getKey()),
        bytes(held.getValue()),
        bytes(held.getSignature()));
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer == null ? 0 : buffer.remaining()];
    if (buffer != null) {
      buffer.duplicate().get(bytes);
    }
    return bytes;
  }

  private static RejectedRecordException rejection(QuarantineReason code, String message) {
    return new RejectedRecordException("publish", code, message);
  }
}
