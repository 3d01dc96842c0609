package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MixtureTest {

  private static Exchange exchange(String answer) {
    return new Exchange(List.of(), answer);
  }

  private static List<Exchange> cases(int count) {
    return IntStream.range(0, count).mapToObj(i -> exchange("case " + i)).toList();
  }

  private static List<KnownAnswer> known(int safe, int harmful) {
    List<KnownAnswer> known = new ArrayList<>();
    IntStream.range(0, safe).forEach(i -> known.add(new KnownAnswer(exchange("safe " + i), false)));
    IntStream.range(0, harmful)
        .forEach(i -> known.add(new KnownAnswer(exchange("harmful " + i), true)));
    return known;
  }

  @Test
  void mixed_everyExchangeIsFoundAgainInItsOrder() {
    for (int seed = 0; seed < 100; seed++) {
      List<KnownAnswer> known = known(seed % 5, seed % 9);
      Mixture mixture = Mixture.of(cases(seed % 30), known, new SplittableRandom(seed));
      assertThat(mixture.cases().stream().map(mixture.exchanges()::get))
          .containsExactlyElementsOf(cases(seed % 30));
      assertThat(mixture.checks().stream().map(mixture.exchanges()::get))
          .containsExactlyElementsOf(known.stream().map(KnownAnswer::exchange).toList());
      assertThat(mixture.exchanges()).hasSize(seed % 30 + known.size());
    }
  }

  @Test
  void known_areInOtherPlacesWithAnotherChance_andOnesOfAKindInEachPart() {
    Set<List<Integer>> places = new HashSet<>();
    for (int seed = 0; seed < 50; seed++) {
      Mixture mixture = Mixture.of(cases(52), known(4, 8), new SplittableRandom(seed));
      places.add(mixture.checks());
      List<Integer> harmful = mixture.checks().subList(4, 12);
      for (int i = 0; i < 8; i++) {
        assertThat(harmful.get(i)).isBetween(i * 8, i * 8 + 7);
      }
    }
    assertThat(places).hasSize(50);
  }
}
