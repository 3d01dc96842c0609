package io.sapflow.model;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Which rows of a batch go through a pass together, so that its memory is bounded however large the
 * batch is. Equal batches are cut alike.
 */
public final class MicroBatches {

  /** The most bytes that the rows of a double backward may keep; a row alone may keep more. */
  private static final long CPU_BYTES = 256L << 20;

  /** On a GPU a double backward costs thousands of launches, and there is room for larger ones. */
  private static final long GPU_BYTES = 8L << 30;

  /**
   * How many times their own scores the rows of a double backward may take on a CPU, for being
   * padded to the longest.
   */
  private static final double CPU_SLACK = 2;

  private final Activations activations;
  private final PassMemory most;
  private final long bytes;
  private final double slack;

  /**
   * Micro-batches as a kernel cuts them.
   *
   * @param held the type of the base model
   */
  public static MicroBatches of(
      ModelConfig config, LoraSpec lora, ComputeType held, KernelOptions options, boolean gpu) {
    return new MicroBatches(new Activations(config, lora, held), options.memory(), gpu);
  }

  /** Micro-batches within a bound. */
  MicroBatches(Activations activations, PassMemory most, boolean gpu) {
    this.activations = activations;
    this.most = most;
    this.bytes = bytes(gpu);
    this.slack = slack(gpu);
  }

  /** How many times their own scores the rows of a double backward may take, for being padded. */
  public static double slack(boolean gpu) {
    return gpu ? Double.POSITIVE_INFINITY : CPU_SLACK;
  }

  /** The most bytes that the rows of a double backward may keep. */
  static long bytes(boolean gpu) {
    return gpu ? GPU_BYTES : CPU_BYTES;
  }

  /**
   * Rows that go through together.
   *
   * @param rows how many
   * @param tokens of all of them
   * @param targets tokens to predict in all of them
   */
  public record Cut(int rows, long tokens, long targets) {

    Cut with(long ofTokens, long ofTargets) {
      return new Cut(rows + 1, tokens + ofTokens, targets + ofTargets);
    }

    private Cut with(Cut other) {
      return new Cut(rows + other.rows, tokens + other.tokens, targets + other.targets);
    }
  }

  /** Whether a row with so many tokens and targets may not join others. */
  @FunctionalInterface
  private interface Full {
    boolean at(Cut others, long tokens, long targets);
  }

  /** Whether batches go through whole, however large, but for double backwards. */
  boolean isWhole() {
    return most.isWhole();
  }

  /**
   * Cuts the rows of a pass that is differentiated once. Each micro-batch has a target.
   *
   * @param lengths tokens of each row, or of the longest where rows are padded, [B]
   * @param targets tokens to predict in each row, [B]
   */
  List<Cut> once(long[] lengths, long[] targets) {
    List<Cut> cuts =
        cut(
            lengths,
            targets,
            (others, tokens, more) -> others.targets() > 0 && isBeyond(others, tokens));
    Cut last = cuts.get(cuts.size() - 1);
    if (cuts.size() > 1 && last.targets() == 0) {
      cuts.set(cuts.size() - 2, cuts.get(cuts.size() - 2).with(last));
      cuts.remove(cuts.size() - 1);
    }
    return cuts;
  }

  /**
   * Cuts the rows of a double backward.
   *
   * @param lengths tokens of each row, or of the longest where rows are padded, [B]
   * @param targets tokens to predict in each row, [B]
   */
  public List<Cut> twice(long[] lengths, long[] targets) {
    Padded padded = new Padded();
    return cut(
        lengths,
        targets,
        (others, tokens, more) -> {
          boolean full =
              others.rows() == most.microBatchRows()
                  || isBeyond(others, tokens)
                  || padded.isBeyond(others, tokens, more);
          padded.add(tokens, full || others.rows() == 0);
          return full;
        });
  }

  private boolean isBeyond(Cut others, long tokens) {
    return others.tokens() + tokens > most.microBatchTokens();
  }

  private static List<Cut> cut(long[] lengths, long[] targets, Full full) {
    List<Cut> cuts = new ArrayList<>();
    Cut cut = new Cut(0, 0, 0);
    for (int i = 0; i < lengths.length; i++) {
      boolean joins = !full.at(cut, lengths[i], targets[i]);
      if (cut.rows() > 0 && !joins) {
        cuts.add(cut);
        cut = new Cut(0, 0, 0);
      }
      cut = cut.with(lengths[i], targets[i]);
    }
    cuts.add(cut);
    return cuts;
  }

  /** The rows at hand of a double backward, whose attention pads them to the longest. */
  private final class Padded {
    private long longest;
    private double squares;

    boolean isBeyond(Cut others, long tokens, long targets) {
      long longer = Math.max(longest, tokens);
      int rows = others.rows() + 1;
      return (double) rows * longer * longer > slack * (squares + (double) tokens * tokens)
          || activations.doubleBackward(
                  rows, longer, others.tokens() + tokens, others.targets() + targets)
              > bytes;
    }

    void add(long tokens, boolean first) {
      longest = first ? tokens : Math.max(longest, tokens);
      squares = (first ? 0 : squares) + (double) tokens * tokens;
    }
  }

  /** As the kernel takes them: rows, tokens and targets of each, flat, [C * 3]. */
  static long[] flat(List<Cut> cuts) {
    return cuts.stream()
        .flatMapToLong(cut -> Arrays.stream(new long[] {cut.rows(), cut.tokens(), cut.targets()}))
        .toArray();
  }
}
