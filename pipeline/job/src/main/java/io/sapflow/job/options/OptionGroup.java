package io.sapflow.job.options;

import static org.apache.flink.configuration.ConfigOptions.key;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.flink.configuration.ConfigOption;
import org.apache.flink.configuration.ConfigOptions.ListConfigOptionBuilder;
import org.apache.flink.configuration.ConfigOptions.TypedConfigOptionBuilder;
import org.apache.flink.configuration.MemorySize;

/** The options of one part of the job, in the order in which they are declared. */
public final class OptionGroup {

  private final String title;
  private final List<Option<?>> options = new ArrayList<>();

  OptionGroup(String title) {
    this.title = title;
  }

  /** What the part is called. */
  public String title() {
    return title;
  }

  /** Its options. */
  public List<Option<?>> options() {
    return Collections.unmodifiableList(options);
  }

  void add(Option<?> option) {
    options.add(option);
  }

  Declaration<Integer> whole(String key) {
    return plain(ValueType.WHOLE, key(key).intType());
  }

  Declaration<Long> wholeLong(String key) {
    return plain(ValueType.WHOLE, key(key).longType());
  }

  Declaration<Double> number(String key) {
    return plain(ValueType.NUMBER, key(key).doubleType());
  }

  Declaration<Boolean> flag(String key) {
    return plain(ValueType.FLAG, key(key).booleanType());
  }

  Declaration<Duration> duration(String key) {
    return plain(ValueType.DURATION, key(key).durationType());
  }

  Declaration<MemorySize> size(String key) {
    return plain(ValueType.SIZE, key(key).memoryType());
  }

  Declaration<String> text(String key) {
    return plain(ValueType.TEXT, key(key).stringType());
  }

  Declaration<Map<String, String>> map(String key) {
    return plain(ValueType.MAP, key(key).mapType());
  }

  <E extends Enum<E>> Declaration<E> word(String key, Class<E> words) {
    return plain(ValueType.WORD, key(key).enumType(words))
        .oneOfAll(
            Arrays.stream(words.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT))
                .toList());
  }

  Declaration<List<Integer>> wholes(String key) {
    ListConfigOptionBuilder<Integer> list = key(key).intType().asList();
    return declaration(
        ValueType.WHOLES,
        list::noDefaultValue,
        values -> list.defaultValues(values.toArray(Integer[]::new)));
  }

  Declaration<List<String>> texts(String key) {
    ListConfigOptionBuilder<String> list = key(key).stringType().asList();
    return declaration(
        ValueType.TEXTS,
        list::noDefaultValue,
        values -> list.defaultValues(values.toArray(String[]::new)));
  }

  private <T> Declaration<T> plain(ValueType type, TypedConfigOptionBuilder<T> builder) {
    return declaration(type, builder::noDefaultValue, builder::defaultValue);
  }

  private <T> Declaration<T> declaration(
      ValueType type, Supplier<ConfigOption<T>> none, Function<T, ConfigOption<T>> some) {
    return new Declaration<>(this, type, value -> value == null ? none.get() : some.apply(value));
  }
}
