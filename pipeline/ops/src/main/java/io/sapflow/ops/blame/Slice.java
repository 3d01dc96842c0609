package io.sapflow.ops.blame;

import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.OffsetRanges;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;

/**
 * Examples that are held to account together.
 *
 * @param kind by what they were put together
 * @param name in words: a source, or a source and a range of offsets
 * @param examples in the order of training
 */
record Slice(Kind kind, String name, List<Suspect> examples) {

  /** By what examples are put together. */
  enum Kind {
    SOURCE,
    OFFSETS
  }

  /** At least one example. */
  Slice {
    examples = List.copyOf(examples);
    if (examples.isEmpty()) {
      throw new IllegalArgumentException("slice " + name + ": found no example, expected some");
    }
  }

  /** Mean push of the examples whose push is known; null if there is none. */
  Double meanPush() {
    OptionalDouble mean =
        examples.stream()
            .map(Suspect::push)
            .filter(Objects::nonNull)
            .mapToDouble(Double::doubleValue)
            .average();
    return mean.isPresent() ? mean.getAsDouble() : null;
  }

  /** Where the examples' records stand. */
  List<OffsetRange> offsets() {
    return OffsetRanges.join(examples.stream().map(Suspect::place).toList());
  }

  /**
   * Examples to train on: evenly spread over the slice where it has more, round again where it has
   * fewer, so that every slice has as many updates to do its harm in.
   */
  List<Suspect> dealt(int count) {
    List<Suspect> dealt = new ArrayList<>(count);
    int size = examples.size();
    for (int i = 0; i < count; i++) {
      dealt.add(examples.get(size > count ? (int) ((long) i * size / count) : i % size));
    }
    return dealt;
  }
}
