package io.sapflow.ops.blame;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Cuts a range of examples into slices. */
final class Slicing {

  private static final Comparator<Slice> BY_PUSH =
      Comparator.comparing(Slice::meanPush, Comparator.nullsFirst(Comparator.naturalOrder()))
          .reversed()
          .thenComparing(Slice::name);

  private static final Comparator<Suspect> BY_PLACE =
      Comparator.comparing((Suspect suspect) -> suspect.example().topic())
          .thenComparing(suspect -> suspect.example().partition())
          .thenComparing(suspect -> suspect.example().offset());

  private Slicing() {}

  /**
   * One slice for each source, the strongest mean push first.
   *
   * @param most slices; the sources with the weakest push share the last one
   */
  static List<Slice> bySource(List<Suspect> suspects, int most) {
    Map<String, List<Suspect>> sources = new TreeMap<>();
    suspects.forEach(
        suspect ->
            sources.computeIfAbsent(suspect.source(), name -> new ArrayList<>()).add(suspect));
    List<Slice> slices =
        sources.entrySet().stream()
            .map(each -> new Slice(Slice.Kind.SOURCE, "source " + each.getKey(), each.getValue()))
            .sorted(BY_PUSH)
            .toList();
    if (slices.size() <= most) {
      return slices;
    }
    List<Slice> cut = new ArrayList<>(slices.subList(0, most - 1));
    List<Slice> rest = slices.subList(most - 1, slices.size());
    cut.add(
        new Slice(
            Slice.Kind.SOURCE,
            "the other " + rest.size() + " sources",
            rest.stream()
                .flatMap(slice -> slice.examples().stream())
                .sorted(Comparator.comparing(Suspect::step).thenComparing(BY_PLACE))
                .toList()));
    return cut;
  }

  /** A slice's examples in so many neighbouring ranges of offsets, as equal as can be. */
  static List<Slice> byOffset(Slice slice, int parts) {
    List<Suspect> ordered = slice.examples().stream().sorted(BY_PLACE).toList();
    int count = Math.min(parts, ordered.size());
    List<Slice> slices = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      List<Suspect> part =
          ordered.subList(i * ordered.size() / count, (i + 1) * ordered.size() / count);
      slices.add(new Slice(Slice.Kind.OFFSETS, name(slice, part), part));
    }
    return slices;
  }

  private static String name(Slice slice, List<Suspect> part) {
    Suspect first = part.get(0);
    Suspect last = part.get(part.size() - 1);
    String from = first.example().partition() + ":" + first.example().offset();
    String to =
        first.example().partition() == last.example().partition()
            ? Long.toString(last.example().offset())
            : last.example().partition() + ":" + last.example().offset();
    return slice.name() + " at " + from + "-" + to;
  }
}
