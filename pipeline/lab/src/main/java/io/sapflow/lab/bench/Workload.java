package io.sapflow.lab.bench;

import io.sapflow.batch.BatchOptions;
import io.sapflow.batch.Batcher;
import io.sapflow.batch.Sampler;
import io.sapflow.model.TokenBatch;
import io.sapflow.sap.PairBatch;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Random tokens in lengths drawn from a histogram, put into batches and joined by safety pairs as a
 * job does it. Both answers of a pair are as long as examples' answers. Equal seeds give equal
 * work.
 */
final class Workload {

  private static final int PAIRS = 64;

  private final LengthHistogram histogram;
  private final BatchOptions options;
  private final Batcher batcher;
  private final Sampler sampler;
  private final int vocabulary;
  private final int limit;
  private final SplittableRandom random;
  private final List<PairBatch.Pair> pairs = new ArrayList<>();
  private final Deque<List<TokenBatch.Row>> batches = new ArrayDeque<>();
  private long windows;
  private long draws;

  /**
   * A workload.
   *
   * @param vocabulary token ids are below it
   * @param limit the most tokens of an example, beyond which it is cut
   * @param pairLimit the same for each row of a pair
   */
  Workload(
      LengthHistogram histogram, BatchOptions options, int vocabulary, int limit, int pairLimit) {
    this.histogram = histogram;
    this.options = options;
    this.batcher = new Batcher(options);
    this.sampler = new Sampler(options.seed());
    this.vocabulary = vocabulary;
    this.limit = limit;
    this.random = new SplittableRandom(options.seed());
    for (int i = 0; i < PAIRS; i++) {
      int prompt = histogram.draw(random).prompt();
      pairs.add(new PairBatch.Pair(answer(prompt, pairLimit), answer(prompt, pairLimit)));
    }
  }

  private TokenBatch.Row answer(int prompt, int limit) {
    return row(new Lengths(prompt, histogram.draw(random).answer()), limit);
  }

  /** The next batch. */
  Work next() {
    if (batches.isEmpty()) {
      List<TokenBatch.Row> window = new ArrayList<>();
      for (int i = 0; i < options.window(); i++) {
        window.add(row(histogram.draw(random), limit));
      }
      batches.addAll(batcher.cut(window, row -> row.tokens().length, windows++));
    }
    List<TokenBatch.Row> batch = batches.remove();
    long draw = draws++;
    List<TokenBatch.Row> replayed =
        sampler
            .draw(pairs, options.replayedRows(batch.size()), draw, Sampler.Purpose.REPLAY)
            .stream()
            .map(PairBatch.Pair::safe)
            .toList();
    return new Work(
        batch, replayed, sampler.draw(pairs, options.pairs(), draw, Sampler.Purpose.DIRECTION));
  }

  /** The next batches. */
  List<Work> next(int count) {
    List<Work> work = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      work.add(next());
    }
    return work;
  }

  /** The batches of whole windows, at least so many. */
  List<Work> windows(int least) {
    List<Work> work = new ArrayList<>();
    do {
      work.add(next());
    } while (work.size() < least || !batches.isEmpty());
    return work;
  }

  /** Random tokens; a prompt that fills the limit leaves one token of its answer. */
  private TokenBatch.Row row(Lengths lengths, int limit) {
    int prompt = Math.min(lengths.prompt(), limit - 1);
    byte[] targets = new byte[Math.min(prompt + lengths.answer(), limit)];
    Arrays.fill(targets, prompt, targets.length, (byte) 1);
    return new TokenBatch.Row(random.ints(targets.length, 0, vocabulary).toArray(), targets);
  }
}
