package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** Copies batches to the device, laid out and cut as a kernel's options say. */
final class BatchLoader {

  private final Kernel kernel;
  private final TorchScope scope;
  private final Transfers transfers;

  /**
   * For a pass.
   *
   * @param scope of what it copies
   * @param transfers counts copies
   */
  BatchLoader(Kernel kernel, TorchScope scope, Transfers transfers) {
    this.kernel = kernel;
    this.scope = scope;
    this.transfers = transfers;
  }

  /** A batch, and its micro-batches where it is larger than one. */
  KernelPass.Loaded load(TokenBatch batch) {
    check(batch);
    if (kernel.microBatches().isWhole()) {
      return whole(batch, List.of()); // whose targets may be of more rows than it has
    }
    List<MicroBatches.Cut> cuts = kernel.microBatches().once(passed(batch), batch.targetsOfRows());
    List<KernelPass.Loaded> parts = new ArrayList<>();
    if (cuts.size() > 1) {
      int row = 0;
      for (MicroBatches.Cut cut : cuts) {
        parts.add(whole(batch, IntStream.range(row, row + cut.rows())));
        row += cut.rows();
      }
    }
    return whole(batch, parts);
  }

  /** A batch of pairs, which are cut by {@link #pairs}. */
  KernelPass.Loaded loadPairs(TokenBatch batch) {
    check(batch);
    return whole(batch, List.of());
  }

  private void check(TokenBatch batch) {
    if (batch.targetCount() == 0) {
      throw new IllegalArgumentException(
          "a batch of " + batch.rows() + " rows without a target to score");
    }
    checkLength(batch.lengths());
  }

  /**
   * Micro-batches of pairs, which are the same rows of a batch's first half and of its second.
   *
   * @param pairs how many there are
   * @return the batch itself where it goes through whole
   */
  List<KernelPass.Loaded> pairs(KernelPass.Loaded batch, int pairs) {
    if (kernel.microBatches().isWhole()) {
      return List.of(batch);
    }
    long[] lengths = new long[pairs];
    long[] targets = new long[pairs];
    Arrays.setAll(lengths, i -> batch.lengths()[i] + batch.lengths()[pairs + i]);
    Arrays.fill(targets, 1); // Each pair's loss counts the same.
    List<MicroBatches.Cut> cuts = kernel.microBatches().once(lengths, targets);
    if (cuts.size() == 1) {
      return List.of(batch);
    }
    List<KernelPass.Loaded> parts = new ArrayList<>();
    int pair = 0;
    for (MicroBatches.Cut cut : cuts) {
      IntStream safe = IntStream.range(pair, pair + cut.rows());
      IntStream harmful = IntStream.range(pairs + pair, pairs + pair + cut.rows());
      parts.add(whole(batch.source(), IntStream.concat(safe, harmful)));
      pair += cut.rows();
    }
    return parts;
  }

  private KernelPass.Loaded whole(TokenBatch batch, IntStream rows) {
    return whole(batch.select(rows.toArray()), List.of());
  }

  private KernelPass.Loaded whole(TokenBatch batch, List<KernelPass.Loaded> parts) {
    TokenBatch laid = packs(batch) ? batch.packed() : batch;
    List<Tensor> inputs =
        together(
            List.of(laid.ids(), laid.mask(), laid.positions(), laid.targetRows(), laid.targets()));
    inputs.set(0, inputs.get(0).reshaped(laid.rows(), laid.length()));
    inputs.set(1, inputs.get(1).reshaped(laid.rows(), laid.length()));
    inputs.add(scope.hostInts(batch.lengths(), batch.rows()));
    return new KernelPass.Loaded(batch, inputs, passed(batch), parts);
  }

  /** Copies vectors to the device in one piece; each is a view of it. */
  private List<Tensor> together(List<long[]> vectors) {
    long[] values = vectors.stream().flatMapToLong(LongStream::of).toArray();
    transfers.countToDevice();
    Tensor all = scope.ints(values, values.length);
    List<Tensor> views = new ArrayList<>();
    long start = 0;
    for (long[] vector : vectors) {
      long end = start + vector.length;
      views.add(all.slice(start, end));
      start = end;
    }
    return views;
  }

  /** Tokens of each row as it goes through, [B]. */
  private long[] passed(TokenBatch batch) {
    long[] lengths = batch.lengths();
    if (!packs(batch)) {
      Arrays.fill(lengths, batch.length());
    }
    return lengths;
  }

  private boolean packs(TokenBatch batch) {
    Integer window = kernel.config().slidingWindow();
    return kernel.options().layout() == RowLayout.PACKED
        && batch.padded()
        && (window == null || batch.length() <= window);
  }

  /** Frequencies that change with a text's length are those of the base only within its context. */
  void checkLength(long... tokens) {
    ModelConfig config = kernel.config();
    long longest = LongStream.of(tokens).max().orElse(0);
    if (config.ropeScaling() != null
        && config.ropeScaling().type() == RopeScaling.Type.DYNAMIC
        && longest > config.maxPositions()) {
      throw new ModelException(
          "rope_scaling of type dynamic: found a text of "
              + longest
              + " tokens, its answer counted, expected at most max_position_embeddings = "
              + config.maxPositions()
              + ", beyond which the frequencies change with the length");
    }
  }
}
