package io.sapflow.tokens;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleDecoder;
import io.sapflow.ingest.FormatDecoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.ingest.Origin;
import io.sapflow.ingest.Quarantine;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.ingest.SourceBindings;
import io.sapflow.metrics.GroupMetrics;
import io.sapflow.metrics.SapflowMetric;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.TrainingExample;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.metrics.Counter;
import org.apache.flink.streaming.api.functions.ProcessFunction;
import org.apache.flink.util.Collector;
import org.apache.flink.util.OutputTag;

/** Records as the model sees them; what is no such record goes to quarantine. */
public final class TokenizeFunction extends ProcessFunction<RawRecord, TokenizedExample> {

  private static final long serialVersionUID = 1;

  private final ModelEncoder.Source encoderSource;
  private final IngestLimits limits;
  private final AdapterPolicy adapters;
  private final FormatDecoder.Source formatSource;
  private final SourceBindings.Source bindingsSource;
  private final OutputTag<QuarantinedRecord> quarantine;

  private transient ModelEncoder opened;
  private transient ExampleDecoder decoder;
  private transient SourceBindings bindings;
  private transient Counter decoded;
  private transient Counter rejected;

  /**
   * A function.
   *
   * @param encoderSource opens the model's encoder on a TaskManager
   * @param formatSource opens the decoder of the records' format
   * @param bindingsSource tells what proves a source
   */
  public TokenizeFunction(
      ModelEncoder.Source encoderSource,
      IngestLimits limits,
      AdapterPolicy adapters,
      FormatDecoder.Source formatSource,
      SourceBindings.Source bindingsSource,
      OutputTag<QuarantinedRecord> quarantine) {
    this.encoderSource = encoderSource;
    this.limits = limits;
    this.adapters = adapters;
    this.formatSource = formatSource;
    this.bindingsSource = bindingsSource;
    this.quarantine = quarantine;
  }

  @Override
  public void open(OpenContext context) {
    opened = encoderSource.open();
    decoder = new ExampleDecoder(limits, adapters, formatSource.open());
    bindings = bindingsSource.open();
    GroupMetrics metrics = GroupMetrics.of(getRuntimeContext().getMetricGroup());
    decoded = metrics.counter(SapflowMetric.RECORDS_DECODED);
    rejected = metrics.counter(SapflowMetric.RECORDS_REJECTED);
  }

  @Override
  public void processElement(RawRecord raw, Context context, Collector<TokenizedExample> out) {
    try {
      TokenizedExample example = tokenize(raw, decoder.decode(raw));
      decoded.inc();
      out.collect(example);
    } catch (RejectedRecordException e) {
      rejected.inc();
      context.output(quarantine, Quarantine.record(raw, e));
    }
  }

  private TokenizedExample tokenize(RawRecord raw, TrainingExample example)
      throws RejectedRecordException {
    Origin origin = Origin.of(example);
    try {
      SourceBindings.Proof proof = bindings.prove(raw, example.getSource());
      origin = origin.ofSource(proof.source());
      EncodedChat chat = opened.encoder().encode(Chats.of(example), raw.timestamp());
      return new TokenizedExample(
          example.getAdapterId(),
          example.getId(),
          proof.source(),
          proof.verified(),
          raw.topic(),
          raw.partition(),
          raw.offset(),
          raw.timestamp(),
          chat.tokens(),
          chat.targets(),
          chat.truncatedTokens(),
          raw.key(),
          raw.value(),
          raw.signature());
    } catch (ChatException e) {
      throw new RejectedRecordException("tokens", e.code(), e.getMessage(), origin);
    } catch (RejectedRecordException e) {
      throw e.from(origin);
    }
  }

  @Override
  public void close() {
    if (opened != null) {
      opened.close();
    }
  }
}
