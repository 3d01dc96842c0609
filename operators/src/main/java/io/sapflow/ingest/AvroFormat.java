package io.sapflow.ingest;

import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.UndecodableRecordException;

/** Avro's single-object encoding, with the schema of any release. */
final class AvroFormat implements FormatDecoder, ExampleEncoder {

  private final RecordCodec<TrainingExample> codec = RecordCodec.of(TrainingExample.class);

  @Override
  public TrainingExample decode(byte[] value) throws RejectedRecordException {
    try {
      return Texts.utf8(codec.decode(value), value, RecordCodec.HEADER_BYTES);
    } catch (UndecodableRecordException e) {
      // The codec says itself what is wrong with its own mark.
      if (e.reason() == QuarantineReason.GARBAGE && ExampleFormat.marked(value) != null) {
        throw ExampleFormat.AVRO.refuse(value);
      }
      throw Rules.rejected(e.reason(), e.getMessage());
    }
  }

  @Override
  public byte[] encode(String topic, TrainingExample example) {
    return codec.encode(example);
  }
}
