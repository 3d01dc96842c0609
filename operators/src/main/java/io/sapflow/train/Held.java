package io.sapflow.train;

import io.sapflow.model.TokenBatch;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.tokens.TokenizedExample;
import java.nio.ByteBuffer;

/**
 * An example that a trainer holds.
 *
 * @param example as it came
 * @param step the step that trained it, -1 before
 * @param push toward harm, null where unknown
 */
record Held(TokenizedExample example, long step, Double push) {

  static final long UNTRAINED = -1;

  static Held of(TokenizedExample example) {
    return new Held(example, UNTRAINED, null);
  }

  int length() {
    return example.tokens().length;
  }

  int bytes() {
    return example.original().length + example.key().length + example.signature().length;
  }

  TokenBatch.Row row() {
    return new TokenBatch.Row(example.tokens(), example.targets());
  }

  /** After training only what a rollback needs is kept. */
  Held trained(long atStep, Double itsPush) {
    return new Held(example.withoutTokens(), atStep, itsPush);
  }

  /** Without its bytes: where too many would be held, the offset must do. */
  Held byReference() {
    return new Held(example.withoutBytes(), step, push);
  }

  QuarantinedRecord quarantined(QuarantineReason reason, String message) {
    return QuarantinedRecord.newBuilder()
        .setKey(orNull(example.key()))
        .setValue(ByteBuffer.wrap(example.original()))
        .setTopic(example.topic())
        .setPartition(example.partition())
        .setOffset(example.offset())
        .setTimestamp(example.timestamp())
        .setStage("train")
        .setReason(reason.name())
        .setMessage(message)
        .setTime(example.timestamp())
        .setAdapterId(example.adapterId())
        .setSource(example.source())
        .setExampleId(example.id())
        .setStep(step == UNTRAINED ? null : step)
        .setSignature(orNull(example.signature()))
        .build();
  }

  HeldExample toRecord() {
    TokenizedExample e = example;
    java.util.List<Integer> tokens = new java.util.ArrayList<>(e.tokens().length);
    for (int token : e.tokens()) {
      tokens.add(token);
    }
    return new HeldExample(
        e.id(),
        e.source(),
        e.verified(),
        e.topic(),
        e.partition(),
        e.offset(),
        e.timestamp(),
        tokens,
        ByteBuffer.wrap(e.targets()),
        e.truncatedTokens(),
        ByteBuffer.wrap(e.key()),
        ByteBuffer.wrap(e.original()),
        step,
        push,
        orNull(e.signature()));
  }

  static Held ofRecord(String adapterId, HeldExample r) {
    return new Held(
        new TokenizedExample(
            adapterId,
            r.getId(),
            r.getSource(),
            r.getVerified(),
            r.getTopic(),
            r.getPartition(),
            r.getOffset(),
            r.getTimestamp(),
            r.getTokens().stream().mapToInt(Integer::intValue).toArray(),
            bytes(r.getTargets()),
            r.getTruncated(),
            bytes(r.getKey()),
            bytes(r.getOriginal()),
            r.getSignature() == null ? new byte[0] : bytes(r.getSignature())),
        r.getStep(),
        r.getPush());
  }

  private static ByteBuffer orNull(byte[] bytes) {
    return bytes.length == 0 ? null : ByteBuffer.wrap(bytes);
  }

  private static byte[] bytes(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
