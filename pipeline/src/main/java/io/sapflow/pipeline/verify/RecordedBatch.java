package io.sapflow.pipeline.verify;

import io.sapflow.model.SafetensorsFile;
import io.sapflow.model.TokenBatch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Batches that are recorded as padded ids, attention mask and labels, where -100 marks what is not
 * scored.
 */
final class RecordedBatch {

  private static final long UNSCORED = -100;

  private RecordedBatch() {}

  /**
   * One batch.
   *
   * @param ids name of the tensor of token ids, [B, T]
   * @param mask name of the attention mask, [B, T]
   * @param labels names of label tensors, [B, T] each; row b of the i-th counts as row i * B + b
   * @param shift how many positions before a label its prediction stands: 1, or 0 where the
   *     published code forgets it
   */
  static TokenBatch of(
      SafetensorsFile file, String ids, String mask, List<String> labels, int shift) {
    int rows = Math.toIntExact(file.entry(ids).shape()[0]);
    return of(
        file.longs(ids), file.longs(mask), labels.stream().map(file::longs).toList(), rows, shift);
  }

  /** One batch of values, [B * T] each. */
  static TokenBatch of(long[] ids, long[] mask, List<long[]> labels, int rows, int shift) {
    int length = ids.length / rows;
    List<long[]> scored = new ArrayList<>();
    for (int i = 0; i < labels.size(); i++) {
      long[] label = labels.get(i);
      for (int at = 0; at < label.length; at++) {
        if (label[at] != UNSCORED && at % length >= shift) {
          scored.add(new long[] {at - shift, (long) i * rows + at / length, label[at]});
        }
      }
    }
    return new TokenBatch(
        rows, length, ids, mask, column(scored, 0), column(scored, 1), column(scored, 2));
  }

  /** Batches of one shape below each other: the rows of the second follow those of the first. */
  static TokenBatch stack(TokenBatch a, TokenBatch b) {
    long[] positions =
        Arrays.stream(b.positions()).map(p -> p + (long) a.rows() * a.length()).toArray();
    long[] rows = Arrays.stream(b.targetRows()).map(r -> r + a.rows()).toArray();
    return new TokenBatch(
        a.rows() + b.rows(),
        a.length(),
        join(a.ids(), b.ids()),
        join(a.mask(), b.mask()),
        join(a.positions(), positions),
        join(a.targetRows(), rows),
        join(a.targets(), b.targets()));
  }

  private static long[] join(long[] a, long[] b) {
    long[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  private static long[] column(List<long[]> rows, int index) {
    return rows.stream().mapToLong(row -> row[index]).toArray();
  }
}
