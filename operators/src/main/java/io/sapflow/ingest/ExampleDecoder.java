package io.sapflow.ingest;

import io.sapflow.schema.TrainingExample;
import java.util.Map;

/**
 * From bytes to training examples.
 *
 * <p>Not thread-safe and not serializable: one for each thread, made where it is used.
 */
public final class ExampleDecoder {

  private final FormatDecoder format;
  private final RecordBounds bounds;
  private final ExampleRules rules;

  /**
   * A decoder of Avro's single-object encoding with these limits.
   *
   * @throws IllegalStateException unless Avro's limits are in force
   */
  public ExampleDecoder(IngestLimits limits, AdapterPolicy adapters) {
    this(limits, adapters, FormatSettings.AVRO.decoder(Map.of()));
  }

  /** A decoder of a format with these limits. */
  public ExampleDecoder(IngestLimits limits, AdapterPolicy adapters, FormatDecoder format) {
    this.format = format;
    this.bounds = new RecordBounds(limits.envelope());
    this.rules = new ExampleRules(limits, adapters);
  }

  /**
   * The example in a record. The record's key is a hint and is not looked at.
   *
   * @throws RejectedRecordException for every other content, whatever it is
   * @throws io.sapflow.ingest.registry.RegistryException if nobody can tell what the content is
   */
  public TrainingExample decode(RawRecord raw) throws RejectedRecordException {
    bounds.check(raw);
    TrainingExample example = format.decode(raw.value());
    try {
      rules.check(example);
      return example;
    } catch (RejectedRecordException e) {
      throw e.from(Origin.of(example));
    }
  }
}
