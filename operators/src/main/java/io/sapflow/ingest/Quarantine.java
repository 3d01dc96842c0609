package io.sapflow.ingest;

import io.sapflow.schema.QuarantinedRecord;
import java.nio.ByteBuffer;

/**
 * Makes records for the quarantine topic, with the original bytes, so that they can be replayed.
 */
public final class Quarantine {

  private Quarantine() {}

  /** The record that a rejection sets aside. */
  public static QuarantinedRecord record(RawRecord raw, RejectedRecordException why) {
    // The record's own time, not the clock's: a replay after a failure writes the same bytes.
    Origin origin = why.origin();
    return QuarantinedRecord.newBuilder()
        .setKey(raw.key().length == 0 ? null : ByteBuffer.wrap(raw.key()))
        .setValue(ByteBuffer.wrap(raw.value()))
        .setTopic(raw.topic())
        .setPartition(raw.partition())
        .setOffset(raw.offset())
        .setTimestamp(raw.timestamp())
        .setStage(why.stage())
        .setReason(why.code().name())
        .setMessage(why.getMessage())
        .setTime(raw.timestamp())
        .setAdapterId(origin.adapterId())
        .setSource(origin.source())
        .setExampleId(origin.exampleId())
        .setSignature(raw.signature().length == 0 ? null : ByteBuffer.wrap(raw.signature()))
        .build();
  }
}
