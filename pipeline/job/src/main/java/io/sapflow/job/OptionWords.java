package io.sapflow.job;

import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.description.HtmlFormatter;

/** Says what an option's values are. */
final class OptionWords {

  private OptionWords() {}

  /**
   * The values in words that go on from {@code expected}.
   *
   * @param type of its values
   * @param range of a number; may be null
   */
  static String of(ConfigOption<?> option, Type type, Range range) {
    if (type instanceof ParameterizedType) {
      return argument(type) == Integer.class
          ? "whole numbers" + bounds(range) + ", separated by ;"
          : description(option);
    }
    Class<?> plain = (Class<?>) type;
    if (plain == Integer.class || plain == Long.class) {
      return "a whole number" + bounds(range);
    }
    if (plain == Double.class) {
      return "a number" + bounds(range);
    }
    if (plain == Boolean.class) {
      return "true or false";
    }
    if (plain == Duration.class) {
      return "a duration such as 30 s";
    }
    if (plain == MemorySize.class) {
      return "a size such as 64 mb";
    }
    return plain.isEnum() ? constants(plain) : description(option);
  }

  private static Type argument(Type generic) {
    return ((ParameterizedType) generic).getActualTypeArguments()[0];
  }

  private static String bounds(Range range) {
    if (range == null) {
      return "";
    }
    if (Double.isFinite(range.least()) && Double.isFinite(range.most())) {
      return " from " + number(range.least()) + " to " + number(range.most());
    }
    List<String> bounds = new ArrayList<>();
    bound(bounds, "of at least ", range.least());
    bound(bounds, "of at most ", range.most());
    bound(bounds, "above ", range.above());
    bound(bounds, "below ", range.below());
    return " " + String.join(" and ", bounds);
  }

  private static void bound(List<String> bounds, String words, double value) {
    if (Double.isFinite(value)) {
      bounds.add(words + number(value));
    }
  }

  private static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }

  private static String constants(Class<?> type) {
    return Arrays.stream(type.getEnumConstants())
        .map(constant -> constant.toString().toLowerCase(Locale.ROOT))
        .collect(Collectors.joining(" or "));
  }

  /** A text's description names what it is: without its capital and its full stop. */
  private static String description(ConfigOption<?> option) {
    String text = new HtmlFormatter().format(option.description());
    return text.substring(0, 1).toLowerCase(Locale.ROOT)
        + text.substring(1, text.endsWith(".") ? text.length() - 1 : text.length());
  }
}
