package io.sapflow.ops.blame;

import io.sapflow.schema.Topics;
import io.sapflow.tokens.TokenizedExample;
import java.util.ArrayList;
import java.util.List;

/** Examples that were trained, made up. */
final class Suspects {

  private Suspects() {}

  static Suspect of(String source, long offset, Double push) {
    TokenizedExample example =
        new TokenizedExample(
            "helper",
            source + "-" + offset,
            source,
            false,
            Topics.EXAMPLES,
            0,
            offset,
            0,
            new int[] {1},
            new byte[] {1},
            0,
            new byte[0],
            new byte[0],
            new byte[0]);
    return new Suspect(example, 1 + offset / 10, push);
  }

  /** Examples at neighbouring offsets. */
  static List<Suspect> of(String source, long first, int count, Double push) {
    List<Suspect> suspects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      suspects.add(of(source, first + i, push));
    }
    return suspects;
  }
}
