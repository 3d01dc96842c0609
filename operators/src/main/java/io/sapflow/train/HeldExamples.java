package io.sapflow.train;

import io.sapflow.model.TokenBatch;
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

  /** Without its bytes: where too many would be held, the offset must do. */
  static HeldExample byReference(HeldExample held) {
    return HeldExample.newBuilder(held)
        .setKey(none())
        .setOriginal(none())
        .setSignature(null)
        .build();
  }

  static QuarantinedRecord quarantined(
      HeldExample held, String adapterId, QuarantineReason reason, String message) {
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
        .setSource(held.getSource())
        .setExampleId(held.getId())
        .setStep(held.getStep() == UNTRAINED ? null : held.getStep())
        .setSignature(held.getSignature())
        .build();
  }

  private static ByteBuffer orNull(ByteBuffer bytes) {
    return bytes.hasRemaining() ? bytes : null;
  }

  private static ByteBuffer none() {
    return ByteBuffer.allocate(0);
  }
}
