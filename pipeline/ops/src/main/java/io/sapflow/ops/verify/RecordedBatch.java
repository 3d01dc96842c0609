package io.sapflow.ops.verify;

import io.sapflow.model.ModelException;
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
   * One batch as it stands, for labels that are not the input's own tokens.
   *
   * @param ids name of the tensor of token ids, [B, T]
   * @param mask name of the attention mask, [B, T]
   * @param labels names of label tensors, [B, T] each; row b of the i-th counts as row i * B + b
   * @param shift how many positions before a label its prediction stands: 1, or 0 where the
   *     published code forgets it
   */
  static TokenBatch of(
      SafetensorsFile file, String ids, String mask, List<String> labels, int shift) {
    long[] tokens = values(file, ids, ids);
    return of(
        tokens,
        values(file, mask, ids),
        labels.stream().map(label -> values(file, label, ids)).toList(),
        Math.toIntExact(file.entry(ids).shape()[0]),
        shift);
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

  /**
   * The rows of a batch whose labels are its own tokens, as a job has them: what becomes of them is
   * the job's own code.
   *
   * @param prefix what the names of input_ids, attention_mask and labels begin with
   */
  static List<TokenBatch.Row> rows(SafetensorsFile file, String prefix) {
    String name = prefix + "input_ids";
    long[] ids = values(file, name, name);
    long[] mask = values(file, prefix + "attention_mask", name);
    long[] labels = values(file, prefix + "labels", name);
    int length = Math.toIntExact(file.entry(name).shape()[1]);
    List<TokenBatch.Row> rows = new ArrayList<>();
    for (int begin = 0; begin < ids.length; begin += length) {
      int tokens = 0;
      while (tokens < length && mask[begin + tokens] == 1) {
        tokens++;
      }
      int[] row = new int[tokens];
      byte[] isTarget = new byte[tokens];
      for (int t = 0; t < length; t++) {
        int at = begin + t;
        boolean scored = labels[at] != UNSCORED;
        if (t >= tokens ? scored || mask[at] != 0 : scored && labels[at] != ids[at]) {
          throw new ModelException(
              file.path()
                  + ": "
                  + prefix
                  + "*: row "
                  + rows.size()
                  + ", position "
                  + t
                  + ": padding on the right, and labels equal to their tokens or -100, would be"
                  + " right");
        }
        if (t < tokens) {
          row[t] = Math.toIntExact(ids[at]);
          isTarget[t] = (byte) (scored ? 1 : 0);
        }
      }
      rows.add(new TokenBatch.Row(row, isTarget));
    }
    return rows;
  }

  /** The values of a tensor that has the shape [B, T] of another. */
  private static long[] values(SafetensorsFile file, String name, String like) {
    long[] shape = file.entry(name).shape();
    if (shape.length != 2 || shape[0] * shape[1] == 0) {
      throw wrong(file, name, shape, "[B, T]");
    }
    if (!Arrays.equals(shape, file.entry(like).shape())) {
      throw wrong(file, name, shape, Arrays.toString(file.entry(like).shape()));
    }
    return file.longs(name);
  }

  private static ModelException wrong(
      SafetensorsFile file, String name, long[] found, String right) {
    return new ModelException(
        file.path()
            + ": tensor '"
            + name
            + "' has the shape "
            + Arrays.toString(found)
            + "; "
            + right
            + " would be right");
  }

  private static long[] column(List<long[]> rows, int index) {
    return rows.stream().mapToLong(row -> row[index]).toArray();
  }
}
