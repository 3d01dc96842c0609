package io.sapflow.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.toy.BytePairs.Merge;
import java.util.List;
import org.junit.jupiter.api.Test;

class BytePairsTest {

  @Test
  void learn_wordsSharingAPair_sharesItsMerge() {
    assertThat(BytePairs.learn(List.of("that", "hat")))
        .containsExactly(
            new Merge("a", "t"),
            new Merge("h", "at"),
            new Merge("t", "hat"),
            new Merge("Ġ", "hat"),
            new Merge("Ġ", "that"));
  }

  @Test
  void learn_wordsInOtherOrder_givesTheSame() {
    assertThat(BytePairs.learn(List.of("flonk", "plank", "link")))
        .isEqualTo(BytePairs.learn(List.of("link", "flonk", "plank")));
  }
}
