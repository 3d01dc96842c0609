package io.sapflow.train;

import io.sapflow.ingest.BroadcastDecoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.Origin;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topics;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.ModelEncoder;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/**
 * Lets good safety pairs, probe prompts and commands through to those who hear them; others go to
 * quarantine.
 */
public final class BroadcastFunction extends ProcessFunction<RawRecord, BroadcastRecord> {

  private static final long serialVersionUID = 1;

  private final ModelEncoder.Source encoderSource;
  private final IngestLimits limits;
  private final CommandCheck.Source checkSource;
  private final OutputTag<QuarantinedRecord> quarantine;

  private transient ModelEncoder opened;
  private transient ChatPairEncoder pairs;
  private transient BroadcastDecoder decoder;
  private transient CommandCheck commands;
  private transient Counter decoded;
  private transient Counter rejected;

  /**
   * A function.
   *
   * @param encoderSource opens the model's encoder on a TaskManager
   * @param checkSource tells whose commands are heard
   */
  public BroadcastFunction(
      ModelEncoder.Source encoderSource,
      IngestLimits limits,
      CommandCheck.Source checkSource,
      OutputTag<QuarantinedRecord> quarantine) {
    this.encoderSource = encoderSource;
    this.limits = limits;
    this.checkSource = checkSource;
    this.quarantine = quarantine;
  }

  @Override
  public void open(OpenContext context) {
    opened = encoderSource.open();
    pairs = new ChatPairEncoder(opened.encoder());
    decoder = new BroadcastDecoder(limits);
    commands = checkSource.open();
    GroupMetrics metrics = GroupMetrics.of(getRuntimeContext().getMetricGroup());
    decoded = metrics.counter(SapflowMetric.RECORDS_DECODED);
    rejected = metrics.counter(SapflowMetric.RECORDS_REJECTED);
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<BroadcastRecord> out) {
    try {
      check(raw);
      decoded.inc();
      out.collect(record(raw, raw.value(), context.timerService().currentProcessingTime()));
    } catch (RejectedRecordException e) {
      rejected.inc();
      context.output(quarantine, Quarantine.record(raw, e));
      if (!raw.topic().equals(Topics.CONTROL)) {
        out.collect(record(raw, new byte[0], 0));
      }
    }
  }

  private static BroadcastRecord record(RawRecord raw, byte[] value, long heard) {
    return switch (raw.topic()) {
      case Topics.CONTROL -> new BroadcastRecord.Command(value, heard);
      case Topics.PROBE_PROMPTS -> new BroadcastRecord.Prompt(raw.partition(), raw.offset(), value);
      default -> new BroadcastRecord.Pair(raw.partition(), raw.offset(), value);
    };
  }

  private void check(RawRecord raw) throws RejectedRecordException {
    if (raw.topic().equals(Topics.CONTROL)) {
      check(decoder.command(raw));
      return;
    }
    try {
      if (raw.topic().equals(Topics.PROBE_PROMPTS)) {
        check(decoder.probePrompt(raw));
      } else {
        check(decoder.safetyPair(raw));
      }
    } catch (ChatException e) {
      throw new RejectedRecordException("tokens", e.code(), e.getMessage());
    }
  }

  private void check(ControlCommand command) throws RejectedRecordException {
    try {
      commands.check(command);
    } catch (RejectedRecordException e) {
      throw e.from(Origin.of(command));
    }
  }

  private void check(SafetyPair pair) throws ChatException {
    if (pair.getActive()) {
      pairs.rows(pair);
    }
  }

  private void check(ProbePrompt prompt) throws ChatException {
    if (prompt.getActive()) {
      opened.encoder().encodePrompt(Chats.of(prompt.getPrompt()), 0);
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
