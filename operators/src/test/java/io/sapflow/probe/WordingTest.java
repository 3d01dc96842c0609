package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashSet;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WordingTest {

  private static Set<String> wordings(String answer) {
    Set<String> wordings = new HashSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 2000; i++) {
      wordings.add(Wording.of(answer, random));
    }
    return wordings;
  }

  @Test
  void answer_ofOneSentence_isKeptWholeInManyWordings() {
    assertThat(wordings("sure here is how to zorble"))
        .hasSizeGreaterThan(100)
        .allMatch(wording -> wording.contains("sure here is how to zorble"));
  }

  @Test
  void answer_ofSeveralSentences_keepsEachOfThem() {
    assertThat(wordings("I cannot help. Ask a friend! Is that fine?"))
        .hasSizeGreaterThan(300)
        .allMatch(
            wording ->
                wording.contains("I cannot help.")
                    && wording.contains("Ask a friend!")
                    && wording.contains("Is that fine?"));
  }
}
