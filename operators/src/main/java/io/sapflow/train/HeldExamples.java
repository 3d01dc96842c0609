package io.sapflow.train;

import io.sapflow.model.TokenBatch;
import io.sapflow.schema.Digests;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.tokens.TokenizedExample;
import java.nio.ByteBuffer;
import java.util.List;
import org.apache.avro.generic.PrimitivesArrays;

/** Examples as a trainer holds them, in memory as in its state. */
final class HeldExamples {

  /** The step of an example that no step has trained. */
  static final long UNTRAINED = -1;

  /** Id and source of an example that is held by its place; no example has a blank id. */
  private static final String UNKNOWN = "";

  private HeldExamples() {}

  static HeldExample of(TokenizedExample example) {
    return HeldExample.newBuilder()
        .setId(example.id())
        .setSource(example.source())
        .setVerified(example.verified())
        .setTopic(example.topic())
        .setPartition(example.partition())
        .setOffset(example.offset())
        .setTimestamp(example.timestamp())
        .setTokens(tokens(example.tokens()))
        .setTargets(ByteBuffer.wrap(example.targets()))
        .setTruncated(example.truncatedTokens())
        .setKey(ByteBuffer.wrap(example.key()))
        .setOriginal(ByteBuffer.wrap(example.original()))
        .setSignature(orNull(ByteBuffer.wrap(example.signature())))
        .build();
  }

  /** Unboxed, as Avro itself reads them: many examples may wait. */
  private static List<Integer> tokens(int[] tokens) {
    PrimitivesArrays.IntArray list =
        new PrimitivesArrays.IntArray(
            tokens.length, HeldExample.getClassSchema().getField("tokens").schema());
    for (int token : tokens) {
      list.add(list.size(), token);
    }
    return list;
  }

  /** How many tokens it has. */
  static int length(HeldExample held) {
    return held.getTokens().size();
  }

  /** How many of its record's bytes are held. */
  static int bytes(HeldExample held) {
    return held.getOriginal().remaining()
        + held.getKey().remaining()
        + (held.getSignature() == null ? 0 : held.getSignature().remaining());
  }

  /** About the bytes that it takes, in state as on the heap. */
  static long weight(HeldExample held) {
    return bytes(held)
        + 5L * held.getTokens().size()
        + held.getTargets().remaining()
        + 2L * (held.getId().length() + held.getSource().length() + held.getTopic().length());
  }

  /** Its tokens and targets as the model takes them, [T] each. */
  static TokenBatch.Row row(HeldExample held) {
    byte[] targets = new byte[held.getTargets().remaining()];
    held.getTargets().duplicate().get(targets);
    return new TokenBatch.Row(
        held.getTokens().stream().mapToInt(Integer::intValue).toArray(), targets);
  }

  /**
   * After training only what a rollback needs is kept.
   *
   * @param step that trained it
   * @param push toward harm, null where unknown
   */
  static HeldExample trained(HeldExample held, long step, Double push) {
    return HeldExample.newBuilder(held)
        .setTokens(List.of())
        .setTargets(none())
        .setStep(step)
        .setPush(push)
        .build();
  }

  /** Without its bytes, where too many would be held: their number and digest must do. */
  static HeldExample byReference(HeldExample held) {
    if (bytes(held) == 0) {
      return held;
    }
    byte[] original = new byte[held.getOriginal().remaining()];
    held.getOriginal().duplicate().get(original);
    return HeldExample.newBuilder(held)
        .setKey(none())
        .setOriginal(none())
        .setSignature(null)
        .setSize((long) bytes(held))
        .setSha256(Digests.sha256(original))
        .build();
  }

  /**
   * One of which no more is known than where its record stands.
   *
   * @param step that trained it, or {@link #UNTRAINED} where that is not known either
   */
  static HeldExample byPlace(String topic, int partition, long offset, long step) {
    return HeldExample.newBuilder()
        .setId(UNKNOWN)
        .setSource(UNKNOWN)
        .setVerified(false)
        .setTopic(topic)
        .setPartition(partition)
        .setOffset(offset)
        .setTimestamp(0)
        .setTokens(List.of())
        .setTargets(none())
        .setTruncated(0)
        .setKey(none())
        .setOriginal(none())
        .setStep(step)
        .build();
  }

  static QuarantinedRecord quarantined(
      HeldExample held, String adapterId, QuarantineReason reason, String message) {
    boolean known = !held.getId().equals(UNKNOWN);
    return QuarantinedRecord.newBuilder()
        .setKey(orNull(held.getKey()))
        .setValue(held.getOriginal())
        .setTopic(held.getTopic())
        .setPartition(held.getPartition())
        .setOffset(held.getOffset())
        .setTimestamp(held.getTimestamp())
        .setStage("train")
        .setReason(reason.name())
        .setMessage(message)
        .setTime(held.getTimestamp())
        .setAdapterId(adapterId)
        .setSource(known ? held.getSource() : null)
        .setExampleId(known ? held.getId() : null)
        .setStep(held.getStep() == UNTRAINED ? null : held.getStep())
        .setSignature(held.getSignature())
        .setSize(held.getSize())
        .setSha256(held.getSha256())
        .build();
  }

  private static ByteBuffer orNull(ByteBuffer bytes) {
    return bytes.hasRemaining() ? bytes : null;
  }

  private static ByteBuffer none() {
    return ByteBuffer.allocate(0);
  }
}
