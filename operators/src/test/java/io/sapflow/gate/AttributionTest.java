package io.sapflow.gate;

import static io.sapflow.gate.Reports.source;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.sapflow.schema.SourceEvidence;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class AttributionTest {

  private static Optional<String> culprit(SourceEvidence... sources) {
    return Attribution.standingOut(List.of(sources), new GateLimits.SourceLimits(8, 3))
        .map(SourceEvidence::getSource);
  }

  @Test
  void source_farAboveTheOthers_standsOut() {
    assertThat(
            culprit(
                source("a", 20, 0.15, 1),
                source("poisoned", 20, 2.95, 6),
                source("b", 20, -0.26, 1)))
        .contains("poisoned");
  }

  @Test
  void source_withinTheOthersSpread_doesNot() {
    assertThat(culprit(source("a", 20, 1, 1), source("b", 20, 3, 1), source("c", 20, -1, 1)))
        .isEmpty();
  }

  @Test
  void source_whoseExamplesVaryAsTheOthersDo_doesNot() {
    // Three times 4 / sqrt(9) is 4: a mean of 3 over 9 such examples is no surprise.
    assertThat(culprit(source("a", 9, 0, 4), source("b", 9, 3, 4), source("c", 9, 0, 4))).isEmpty();
  }

  @Test
  void source_withTooFewKnownPushes_doesNot() {
    assertThat(culprit(source("a", 20, 0, 1), source("b", 7, 9, 1), source("c", 20, 0, 1)))
        .isEmpty();
    assertThat(culprit(source("a", 20, 0, 1), source("b", 8, 9, 1), source("c", 20, 0, 1)))
        .contains("b");
  }

  @Test
  void source_notAboveZero_doesNot() {
    assertThat(culprit(source("a", 20, -9, 1), source("b", 20, -0.5, 1), source("c", 20, -9, 1)))
        .isEmpty();
  }

  @Test
  void source_alone_cannotStandOut() {
    assertThat(culprit(source("a", 20, 9, 1))).isEmpty();
    assertThat(culprit(source("a", 20, 9, 1), source("unknown", 0, 0, 0))).isEmpty();
    assertThat(culprit()).isEmpty();
  }

  @Test
  void source_besideOthersOfASinglePush_doesNot() {
    assertThat(culprit(source("a", 8, 0.01, 1), source("b", 1, -0.02, 0))).isEmpty();
  }

  @Test
  void sources_thatAllPushAlikeWithoutDeviating_noneStandsOut() {
    SourceEvidence a = source("a", 20, 0.5, 0);
    assertThat(Attribution.deviations(a, List.of(a, source("b", 20, 0.5, 0)), 8)).hasValue(0);
  }

  @Test
  void sources_twoThatPushAlike_neitherStandsOut() {
    assertThat(culprit(source("a", 20, 9, 1), source("b", 20, 8, 1), source("c", 20, 0, 1)))
        .isEmpty();
  }

  @Test
  void ranked_strongestFirst_unknownLast() {
    assertThat(
            Attribution.ranked(
                List.of(source("b", 5, 1, 1), source("u", 0, 0, 0), source("c", 5, 3, 1))))
        .extracting(SourceEvidence::getSource)
        .containsExactly("c", "b", "u");
  }

  @Test
  void oneOddExample_widensItsSourcesOwnSpread_andStandsOutLess() {
    List<SourceEvidence> even = List.of(source("a", 100, 0, 0.004), source("b", 100, 0.004, 0.004));
    List<SourceEvidence> odd = List.of(source("a", 100, 0, 0.004), source("b", 100, 0.004, 0.04));
    double withoutIt = Attribution.deviations(even.get(1), even, 8).orElseThrow();
    double withIt = Attribution.deviations(odd.get(1), odd, 8).orElseThrow();
    // 100 examples that have a little in common count as fewer.
    double independent = 100 / (1 + 0.01 * 99);
    assertThat(withoutIt).isCloseTo(Math.sqrt(independent / 2), within(1e-9));
    assertThat(withIt).isCloseTo(Math.sqrt(independent / 5), within(1e-9));
  }

  @Test
  void poisonAmongGoodExamples_doesNotHideBehindItsOwnSpread() {
    List<SourceEvidence> sources =
        List.of(source("a", 100, 0, 0.01), source("b", 100, 0, 0.01), source("c", 50, 0.3, 0.32));
    assertThat(Attribution.deviations(sources.get(2), sources, 8).orElseThrow()).isGreaterThan(100);
  }

  @Test
  void manyExamples_alongFewDirections_doNotMakeASmallDistanceLarge() {
    List<SourceEvidence> few = List.of(source("a", 10, 0, 1), source("b", 10, 0.3, 1));
    List<SourceEvidence> many = List.of(source("a", 100_000, 0, 1), source("b", 100_000, 0.3, 1));
    double ofFew = Attribution.deviations(few.get(1), few, 8).orElseThrow();
    double ofMany = Attribution.deviations(many.get(1), many, 8).orElseThrow();
    assertThat(ofMany).isGreaterThan(ofFew);
    assertThat(culprit(many.get(0), many.get(1))).isEmpty();
    // How far two others lie apart says it better.
    assertThat(culprit(many.get(0), many.get(1), source("c", 100_000, 0, 1))).contains("b");
  }
}
