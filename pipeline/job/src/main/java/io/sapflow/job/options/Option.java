package io.sapflow.job.options;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;
import org.apache.flink.util.TimeUtils;

/**
 * All that is declared of an option.
 *
 * @param config key, type, default and description, as Flink reads them
 * @param type what its values are
 * @param bounds the range of numbers, durations and sizes
 * @param words the only words that a value may be or, of a list, hold; empty for any
 * @param choice these words, as they go on from {@code expected}; null without any
 * @param unit of numbers; null for none
 */
public record Option<T>(
    ConfigOption<T> config,
    ValueType type,
    Bounds bounds,
    List<String> words,
    String choice,
    String unit) {

  /** Its key. */
  public String key() {
    return config.key();
  }

  /** What it does, in sentences. */
  public String description() {
    return new HtmlFormatter().format(config.description());
  }

  /** The default as a file would have it; empty for none. */
  public String byDefault() {
    return config.hasDefaultValue() ? text(config.defaultValue()) : "";
  }

  /** Type and, of numbers, unit. */
  public String typeWords() {
    return type.words() + (unit == null ? "" : ": " + unit);
  }

  /** Which values are taken, in words; empty for all of the type. */
  public String range() {
    if (bounds.equals(Bounds.NONE)) {
      return String.join(", ", words);
    }
    return switch (type) {
      case DURATION, SIZE -> "at least " + amount(bounds.least());
      default -> bounds.words().replaceFirst("^of ", "");
    };
  }

  /** What values it may have, such as {@code a whole number of at least 1}. */
  public String expected() {
    if (choice != null) {
      return choice;
    }
    String range = bounds.words().isEmpty() ? "" : " " + bounds.words();
    return switch (type) {
      case WHOLE -> "a whole number" + range;
      case NUMBER -> "a number" + range;
      case WHOLES -> "whole numbers" + range + ", separated by ;";
      case FLAG -> "true or false";
      case DURATION -> "a duration such as 30 s";
      case SIZE -> "a size such as 64 mb";
      case TEXT, WORD, TEXTS, MAP -> clause();
    };
  }

  /** A text's description names what it is: without its capital and its full stop. */
  private String clause() {
    String text = description();
    return text.substring(0, 1).toLowerCase(Locale.ROOT)
        + text.substring(1, text.endsWith(".") ? text.length() - 1 : text.length());
  }

  /**
   * Checks a value of the type.
   *
   * @param written the value as somebody wrote it
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  void check(Object value, String written) {
    if (value instanceof List<?> list) {
      for (Object each : list) {
        check(each, type == ValueType.TEXTS ? each.toString() : written);
      }
    } else if (value instanceof Number number) {
      require(bounds.hold(number.doubleValue()), written);
    } else if (value instanceof Duration duration) {
      requireAmount(duration.toMillis());
    } else if (value instanceof MemorySize size) {
      requireAmount(size.getBytes());
    } else if (!words.isEmpty()) {
      require(words.contains(value.toString().toLowerCase(Locale.ROOT)), written);
    }
  }

  private void require(boolean held, String found) {
    if (!held) {
      throw refusal(found, expected());
    }
  }

  private void requireAmount(long value) {
    if (!bounds.hold(value)) {
      String found = type == ValueType.DURATION ? value + " ms" : amount(value);
      throw refusal(found, "at least " + amount(bounds.least()));
    }
  }

  /** Of a value that is not of the type. */
  IllegalArgumentException refusal(String found) {
    return refusal(found, expected());
  }

  private IllegalArgumentException refusal(String found, String expected) {
    return new IllegalArgumentException(key() + ": found " + found + ", expected " + expected);
  }

  private String amount(double value) {
    if (type == ValueType.DURATION) {
      return text(Duration.ofMillis((long) value));
    }
    return value == 1 ? "1 byte" : text(new MemorySize((long) value));
  }

  private static String text(Object value) {
    if (value instanceof Duration duration) {
      return TimeUtils.formatWithHighestUnit(duration);
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Option::text).collect(Collectors.joining(";"));
    }
    if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .map(entry -> entry.getKey() + ":" + entry.getValue())
          .collect(Collectors.joining(","));
    }
    return value instanceof Enum<?> word
        ? word.name().toLowerCase(Locale.ROOT)
        : String.valueOf(value);
  }
}
