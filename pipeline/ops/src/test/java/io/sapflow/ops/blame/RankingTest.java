package io.sapflow.ops.blame;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.gate.GateLimits;
import io.sapflow.gate.GateMode;
import io.sapflow.gate.GatePolicy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class RankingTest {

  private static final GateLimits LIMITS =
      new GateLimits(
          GateMode.ENFORCE,
          0.1,
          new GateLimits.SampleLimits(10, false),
          5,
          0.1,
          new GateLimits.SourceLimits(4, 3),
          GatePolicy.DEFAULT);

  private static final Measure CLEAN = new Measure(0, 0.0, 2.0);

  private static Finding finding(String source, double push, Double score) {
    return finding(source, Suspects.of(source, 0, 8, push), score);
  }

  private static Finding finding(String source, List<Suspect> suspects, Double score) {
    return new Finding(
        new Slice(Slice.Kind.SOURCE, "source " + source, suspects),
        score == null ? 0 : 80,
        score == null ? null : new Measure(score, 0.0, 1.0));
  }

  private static List<String> names(Ranking ranking) {
    return ranking.findings().stream().map(finding -> finding.slice().name()).toList();
  }

  @Test
  void findings_worstScoreFirst_thenStrongestPush() {
    Ranking ranking =
        new Ranking(
            List.of(finding("a", 0.1, 0.0), finding("b", 0.3, 0.0), finding("c", 0.0, 0.61)));
    assertThat(names(ranking)).containsExactly("source c", "source b", "source a");
  }

  @Test
  void oneAloneBeyondTheLimit_isTheCulprit() {
    Ranking ranking = new Ranking(List.of(finding("a", 0.1, 0.1), finding("c", 0.0, 0.61)));
    assertThat(ranking.culprit(CLEAN, LIMITS))
        .hasValueSatisfying(culprit -> assertThat(culprit.slice().name()).isEqualTo("source c"));
  }

  @Test
  void twoBeyondTheLimit_orNone_orAlreadyTheParent_orOneSlice_noCulprit() {
    Ranking two = new Ranking(List.of(finding("a", 0.1, 0.2), finding("c", 0.0, 0.61)));
    assertThat(two.culprit(CLEAN, LIMITS)).isEmpty();
    Ranking none = new Ranking(List.of(finding("a", 0.1, 0.1), finding("c", 0.0, 0.0)));
    assertThat(none.culprit(CLEAN, LIMITS)).isEmpty();
    Ranking one = new Ranking(List.of(finding("a", 0.1, 0.0), finding("c", 0.0, 0.61)));
    assertThat(one.culprit(new Measure(0.2, 0.0, 2.0), LIMITS)).isEmpty();
    Ranking only = new Ranking(List.of(finding("c", 0.0, 0.61)));
    assertThat(only.culprit(CLEAN, LIMITS)).isEmpty();
  }

  @Test
  void scoredOnly_theOneThatStandsOut_isTheCulprit() {
    List<Suspect> benign = new ArrayList<>(Suspects.of("a", 0, 8, -0.1));
    benign.addAll(Suspects.of("a", 8, 8, 0.1));
    List<Suspect> poison = new ArrayList<>(Suspects.of("c", 16, 8, 2.0));
    Ranking ranking = new Ranking(List.of(finding("a", benign, null), finding("c", poison, null)));
    assertThat(names(ranking)).containsExactly("source c", "source a");
    assertThat(ranking.culprit(null, LIMITS))
        .hasValueSatisfying(culprit -> assertThat(culprit.slice().name()).isEqualTo("source c"));
    Ranking alike =
        new Ranking(List.of(finding("a", benign, null), finding("b", List.copyOf(benign), null)));
    assertThat(alike.culprit(null, LIMITS)).isEmpty();
  }
}
