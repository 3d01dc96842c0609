package io.sapflow.train;

import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.SourceEvidence;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.TreeMap;

/** What examples say together: where their records stand, and which sources they came from. */
final class Evidence {

  private Evidence() {}

  /** Ranges of neighbouring offsets, by topic, partition and offset. */
  static List<OffsetRange> offsets(Collection<Held> examples) {
    List<Held> sorted = new ArrayList<>(examples);
    sorted.sort(
        Comparator.comparing((Held held) -> held.example().topic())
            .thenComparingInt(held -> held.example().partition())
            .thenComparingLong(held -> held.example().offset()));
    List<OffsetRange> ranges = new ArrayList<>();
    for (Held held : sorted) {
      OffsetRange last = ranges.isEmpty() ? null : ranges.get(ranges.size() - 1);
      String topic = held.example().topic();
      int partition = held.example().partition();
      long offset = held.example().offset();
      boolean next =
          last != null
              && last.getTopic().equals(topic)
              && last.getPartition() == partition
              && offset <= last.getLastOffset() + 1;
      if (next) {
        ranges.set(
            ranges.size() - 1, new OffsetRange(topic, partition, last.getFirstOffset(), offset));
      } else {
        ranges.add(new OffsetRange(topic, partition, offset, offset));
      }
    }
    return ranges;
  }

  /** One entry for each source, in the order of their names. */
  static List<SourceEvidence> sources(Collection<Held> examples) {
    TreeMap<String, List<Held>> bySource = new TreeMap<>();
    for (Held held : examples) {
      bySource.computeIfAbsent(held.example().source(), source -> new ArrayList<>()).add(held);
    }
    List<SourceEvidence> evidence = new ArrayList<>();
    bySource.forEach((source, held) -> evidence.add(of(source, held, examples.size())));
    return evidence;
  }

  private static SourceEvidence of(String source, List<Held> held, int all) {
    double[] pushes =
        held.stream().filter(each -> each.push() != null).mapToDouble(Held::push).toArray();
    double sum = 0;
    double squares = 0;
    double most = Double.NEGATIVE_INFINITY;
    for (double push : pushes) {
      sum += push;
      squares += push * push;
      most = Math.max(most, push);
    }
    int n = pushes.length;
    return SourceEvidence.newBuilder()
        .setSource(source)
        .setVerified(held.stream().allMatch(each -> each.example().verified()))
        .setExamples(held.size())
        .setShare((double) held.size() / all)
        .setPushes(n)
        .setMeanPush(n == 0 ? null : sum / n)
        .setMaxPush(n == 0 ? null : most)
        .setPushDeviation(n < 2 ? null : Math.sqrt(Math.max(0, squares - sum * sum / n) / (n - 1)))
        .build();
  }
}
