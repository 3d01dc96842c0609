package io.sapflow.job;

import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.Configuration;

/** Reads options; a value of another type or out of its range is refused in words. */
final class OptionReader {

  private OptionReader() {}

  /**
   * The value of an option, its default, or null if it has neither.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  static <T> T read(Configuration configuration, ConfigOption<T> option) {
    T value;
    try {
      value = configuration.get(option);
    } catch (IllegalArgumentException e) {
      throw refusal(option, configuration.getString(option.key(), ""));
    }
    Range range = range(option);
    if (range != null && value instanceof Number number && !holds(range, number.doubleValue())) {
      throw refusal(option, configuration.getString(option.key(), value.toString()));
    }
    return value;
  }

  private static IllegalArgumentException refusal(ConfigOption<?> option, String found) {
    return new IllegalArgumentException(
        option.key() + ": found " + found + ", expected " + expected(option));
  }

  private static boolean holds(Range range, double value) {
    return Double.isFinite(value)
        && value >= range.least()
        && value <= range.most()
        && value > range.above()
        && value < range.below();
  }

  /** What values an option may have, such as {@code a whole number of at least 1}. */
  static String expected(ConfigOption<?> option) {
    return OptionWords.of(option, type(option), range(option));
  }

  private static Type type(ConfigOption<?> option) {
    return RuleOptions.type(option)
        .orElseGet(
            () -> ((ParameterizedType) field(option).getGenericType()).getActualTypeArguments()[0]);
  }

  private static Range range(ConfigOption<?> option) {
    return RuleOptions.type(option).isPresent() ? null : field(option).getAnnotation(Range.class);
  }

  private static Field field(ConfigOption<?> option) {
    try {
      for (Field field : SapflowOptions.class.getFields()) {
        if (option.key().equals(((ConfigOption<?>) field.get(null)).key())) {
          return field;
        }
      }
    } catch (IllegalAccessException e) {
      throw new AssertionError("every option is public", e);
    }
    throw new IllegalArgumentException(option.key() + " is no option of SapflowOptions");
  }
}
