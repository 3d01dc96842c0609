package io.sapflow.train;

import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.OffsetRanges;
import io.sapflow.schema.SourceEvidence;
import io.sapflow.tokens.TokenizedExample;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;

/** What examples say together: where their records stand, and which sources they came from. */
final class Evidence {

  private Evidence() {}

  /** Ranges of neighbouring offsets, by topic, partition and offset. */
  static List<OffsetRange> offsets(Collection<Held> examples) {
    return OffsetRanges.join(examples.stream().map(held -> place(held.example())).toList());
  }

  private static OffsetRange place(TokenizedExample example) {
    return new OffsetRange(
        example.topic(), example.partition(), example.offset(), example.offset());
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
