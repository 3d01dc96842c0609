package io.sapflow.ingest;

import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.UndecodableRecordException;

/**
 * From bytes to training examples.
 *
 * <p>Not thread-safe and not serializable: one for each thread, made where it is used.
 */
public final class ExampleDecoder {

  private final RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);
  private final RecordBounds bounds;
  private final ExampleRules rules;

  /**
   * A decoder with these limits.
   *
   * @throws IllegalStateException unless Avro's limits are in force
   */
  public ExampleDecoder(IngestLimits limits, AdapterPolicy adapters) {
    this.bounds = new RecordBounds(limits.envelope());
    this.rules = new ExampleRules(limits, adapters);
  }

  /**
   * The example in a record. The record's key is a hint and is not looked at.
   *
   * @throws RejectedRecordException for every other content, whatever it is
   */
  public TrainingExample decode(RawRecord raw) throws RejectedRecordException {
    bounds.check(raw);
    TrainingExample example;
    try {
      example = codec.decode(raw.value());
    } catch (UndecodableRecordException e) {
      throw Rules.rejected(e.reason(), e.getMessage());
    }
    try {
      Texts.requireUtf8(Texts.of(example), raw.value());
      rules.check(example);
      return example;
    } catch (RejectedRecordException e) {
      throw e.from(Origin.of(example));
    }
  }
}
