package io.sapflow.lab.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Counts of examples by the lengths of prompt and answer, in bins of {@value #BIN} tokens; never
 * their texts.
 */
public final class LengthHistogram {

  /** Width of a bin, in tokens. */
  static final int BIN = 8;

  private static final String SHIPPED = "/bench/alpaca-lengths.csv";

  /** By the lowest lengths of a bin. */
  private final TreeMap<Lengths, Integer> bins = new TreeMap<>();

  private int examples;

  private LengthHistogram() {}

  /** The histogram that is shipped; docs/performance.md says of which examples. */
  public static LengthHistogram shipped() {
    try (BufferedReader in =
        new BufferedReader(
            new InputStreamReader(
                LengthHistogram.class.getResourceAsStream(SHIPPED), StandardCharsets.UTF_8))) {
      return parse(in.lines().toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The histogram of examples, at least one. */
  static LengthHistogram of(Collection<Lengths> examples) {
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("a histogram of no examples");
    }
    LengthHistogram histogram = new LengthHistogram();
    examples.forEach(
        lengths -> histogram.add(new Lengths(low(lengths.prompt()), low(lengths.answer())), 1));
    return histogram;
  }

  /** Reads what {@link #lines} wrote. */
  static LengthHistogram parse(List<String> lines) {
    LengthHistogram histogram = new LengthHistogram();
    for (String line : lines) {
      if (!line.startsWith("#")) {
        String[] fields = line.split(",", 3);
        histogram.add(
            new Lengths(Integer.parseInt(fields[0]), Integer.parseInt(fields[1])),
            Integer.parseInt(fields[2]));
      }
    }
    return histogram;
  }

  /** A line for each bin: lowest prompt length, lowest answer length, count. */
  List<String> lines() {
    return bins.entrySet().stream()
        .map(bin -> bin.getKey().prompt() + "," + bin.getKey().answer() + "," + bin.getValue())
        .toList();
  }

  private void add(Lengths low, int count) {
    bins.merge(low, count, Integer::sum);
    examples += count;
  }

  /** Bins begin at 1: there is no empty prompt, and no empty answer. */
  private static int low(int length) {
    return (Math.max(1, length) - 1) / BIN * BIN + 1;
  }

  /** How many examples were counted. */
  public int examples() {
    return examples;
  }

  /** Draws a bin by its count, and lengths evenly within it. */
  Lengths draw(SplittableRandom random) {
    int left = random.nextInt(examples);
    Iterator<Map.Entry<Lengths, Integer>> entries = bins.entrySet().iterator();
    Map.Entry<Lengths, Integer> bin = entries.next();
    while (left >= bin.getValue()) {
      left -= bin.getValue();
      bin = entries.next();
    }
    return new Lengths(
        bin.getKey().prompt() + random.nextInt(BIN), bin.getKey().answer() + random.nextInt(BIN));
  }

  /**
   * The least multiple of a number that is at least as long as a share of all examples, counting
   * each as long as the longest of its bin.
   */
  int limit(double share, int multiple) {
    List<Map.Entry<Lengths, Integer>> byTotal =
        bins.entrySet().stream()
            .sorted(Comparator.comparingInt(bin -> bin.getKey().total()))
            .toList();
    int counted = 0;
    int longest = 0;
    for (Map.Entry<Lengths, Integer> bin : byTotal) {
      if (counted >= share * examples) {
        break;
      }
      counted += bin.getValue();
      longest = bin.getKey().total() + 2 * (BIN - 1);
    }
    return (longest + multiple - 1) / multiple * multiple;
  }
}
