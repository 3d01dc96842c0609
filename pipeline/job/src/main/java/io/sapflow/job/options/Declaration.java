package io.sapflow.job.options;

import java.time.Duration;
import java.util.List;
import java.util.function.Function;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.MemorySize;

/** An option that is being declared; {@link #says} ends it. */
final class Declaration<T> {

  private final OptionGroup group;
  private final ValueType type;
  private final Function<T, ConfigOption<T>> config;
  private Bounds bounds = Bounds.NONE;
  private List<String> words = List.of();
  private String choice;
  private String unit;
  private T byDefault;

  /**
   * One without range, unit and default.
   *
   * @param config makes Flink's option of a default or, without one, of null
   */
  Declaration(OptionGroup group, ValueType type, Function<T, ConfigOption<T>> config) {
    this.group = group;
    this.type = type;
    this.config = config;
  }

  Declaration<T> atLeast(double value) {
    bounds = bounds.atLeast(value);
    return this;
  }

  Declaration<T> atLeast(Duration value) {
    return atLeast(value.toMillis());
  }

  Declaration<T> atLeast(MemorySize value) {
    return atLeast(value.getBytes());
  }

  Declaration<T> atMost(double value) {
    bounds = bounds.atMost(value);
    return this;
  }

  Declaration<T> above(double value) {
    bounds = bounds.above(value);
    return this;
  }

  Declaration<T> below(double value) {
    bounds = bounds.below(value);
    return this;
  }

  /** The only words that a value may be or, of a list, hold. */
  Declaration<T> oneOf(String... each) {
    words = List.of(each);
    int last = words.size() - 1;
    choice =
        type == ValueType.TEXTS
            ? "any of " + String.join(", ", words) + ", with ; between them"
            : String.join(", ", words.subList(0, last)) + " or " + words.get(last);
    return this;
  }

  /** The words of an enum. */
  Declaration<T> oneOfAll(List<String> each) {
    words = each;
    choice = String.join(" or ", each);
    return this;
  }

  /** The unit of a number. */
  Declaration<T> in(String name) {
    unit = name;
    return this;
  }

  Declaration<T> byDefault(T value) {
    byDefault = value;
    return this;
  }

  /** Ends the declaration with what the option does, in sentences. */
  ConfigOption<T> says(String description) {
    ConfigOption<T> declared = config.apply(byDefault).withDescription(description);
    group.add(new Option<>(declared, type, bounds, words, choice, unit));
    return declared;
  }
}
