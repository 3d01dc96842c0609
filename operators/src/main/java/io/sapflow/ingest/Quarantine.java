package io.sapflow.ingest;

import io.sapflow.schema.Digests;
import io.sapflow.schema.QuarantinedRecord;
import java.nio.ByteBuffer;

/**
 * Makes records for the quarantine topic, with the original bytes or a reference to them, so that
 * they can be replayed.
 */
public final class Quarantine {

  private static final ByteBuffer NONE = ByteBuffer.allocate(0);

  private Quarantine() {}

  /** The record that a rejection sets aside. */
  public static QuarantinedRecord record(RawRecord raw, RejectedRecordException why) {
    // The record's own time, not the clock's: a replay after a failure writes the same bytes.
    Origin origin = why.origin();
    return QuarantinedRecord.newBuilder()
        .setKey(orNull(raw.key()))
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
        .setSignature(orNull(raw.signature()))
        .setSize(isRead(raw) ? raw.measure().bytes() : null)
        .setSha256(isRead(raw) ? raw.sha256() : null)
        .build();
  }

  /** Whether it is a reference to what was read. */
  private static boolean isRead(RawRecord raw) {
    return raw.isReference() && !raw.sha256().isEmpty();
  }

  /** A record that holds its bytes, by reference to them; a reference is returned as it is. */
  public static QuarantinedRecord byReference(QuarantinedRecord record) {
    long size = length(record.getKey()) + length(record.getValue()) + length(record.getSignature());
    if (size == 0) {
      return record;
    }
    byte[] value = new byte[record.getValue().remaining()];
    record.getValue().duplicate().get(value);
    return QuarantinedRecord.newBuilder(record)
        .setKey(null)
        .setValue(NONE)
        .setSignature(null)
        .setSize(size)
        .setSha256(Digests.sha256(value))
        .build();
  }

  private static long length(ByteBuffer bytes) {
    return bytes == null ? 0 : bytes.remaining();
  }

  private static ByteBuffer orNull(byte[] bytes) {
    return bytes.length == 0 ? null : ByteBuffer.wrap(bytes);
  }
}
