package io.sapflow.ops.blame;

import io.sapflow.schema.OffsetRange;
import io.sapflow.tokens.TokenizedExample;

/**
 * An example that a version was trained on.
 *
 * @param example as the trainer took it
 * @param step that trained it
 * @param push toward harm, null where unknown: of a step, the mean of the example's source; of a
 *     screening, its own
 */
record Suspect(TokenizedExample example, long step, Double push) {

  String source() {
    return example.source();
  }

  Suspect withPush(double known) {
    return new Suspect(example, step, known);
  }

  OffsetRange place() {
    return new OffsetRange(
        example.topic(), example.partition(), example.offset(), example.offset());
  }
}
