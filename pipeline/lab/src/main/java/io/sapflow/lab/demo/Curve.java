package io.sapflow.lab.demo;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Values by step, drawn as bars of text. A value stands for the steps since the one before it;
 * where a column holds several, the highest is shown, so that no peak is lost.
 */
final class Curve {

  private static final String BLOCKS = " ▁▂▃▄▅▆▇█";
  private static final String ASCII = " .:-=+*#@";
  private static final int LEVELS = BLOCKS.length() - 1;

  private final TreeMap<Long, Double> values = new TreeMap<>();

  /** Adds a value; one that is not finite is left out. */
  void add(long step, Double value) {
    if (value != null && Double.isFinite(value)) {
      values.put(step, value);
    }
  }

  /** The latest value, null before the first. */
  Double last() {
    return values.isEmpty() ? null : values.lastEntry().getValue();
  }

  /** The last step with a value, 0 before the first. */
  long lastStep() {
    return values.isEmpty() ? 0 : values.lastKey();
  }

  /** The highest value, 0 before the first. */
  double highest() {
    return values.values().stream().mapToDouble(Double::doubleValue).max().orElse(0);
  }

  /**
   * The value of each column, NaN where there is none.
   *
   * @param columns how many
   * @param end the step of the right edge
   */
  double[] columns(int columns, long end) {
    double[] highest = new double[columns];
    Arrays.fill(highest, Double.NaN);
    int from = 0;
    for (Map.Entry<Long, Double> point : values.entrySet()) {
      int to = (int) Math.min(columns - 1L, point.getKey() * columns / Math.max(1, end));
      for (int column = Math.min(from, to); column <= to; column++) {
        double before = highest[column];
        highest[column] =
            Double.isNaN(before) ? point.getValue() : Math.max(before, point.getValue());
      }
      from = to + 1;
    }
    return highest;
  }

  /**
   * Bars over several lines, the topmost first.
   *
   * @param columns as of {@link #columns}
   * @param top the value that fills all lines
   */
  static List<String> bars(double[] columns, int lines, double top, boolean unicode) {
    String glyphs = unicode ? BLOCKS : ASCII;
    List<String> bars = new ArrayList<>();
    for (int line = lines - 1; line >= 0; line--) {
      StringBuilder text = new StringBuilder();
      for (double value : columns) {
        int above = level(value, lines, top) - line * LEVELS;
        text.append(glyphs.charAt(Math.max(0, Math.min(LEVELS, above))));
      }
      bars.add(text.toString());
    }
    return bars;
  }

  /** Height in eighths of a line; a value that is there, however small, is seen. */
  private static int level(double value, int lines, double top) {
    if (Double.isNaN(value)) {
      return 0;
    }
    return Math.max(1, (int) Math.round(Math.min(1, value / top) * lines * LEVELS));
  }
}
