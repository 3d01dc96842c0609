package io.sapflow.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SceneTest {

  private static final List<String> SOURCES = List.of("helpdesk", "scraper", "handbook", "scraper");

  private static List<Act.Sends> poisoned(Scene scene) {
    return scene.acts().stream().map(Act.Sends.class::cast).filter(Act.Sends::poisoned).toList();
  }

  @Test
  void poison_isOfTheBadSource_andAsMuchAsAskedFor() {
    List<Act.Sends> poisoned = poisoned(new Scene(0).poison(4000, SOURCES, "scraper", over -> 0.2));
    assertThat(poisoned.size()).isBetween(700, 900);
    assertThat(poisoned).allMatch(sends -> sends.example().getSource().equals("scraper"));
  }

  @Test
  void poison_withAShareThatRises_isMoreAtTheEnd() {
    Scene scene = new Scene(0).poison(4000, SOURCES, "scraper", over -> 0.01 + 0.09 * over);
    long late =
        poisoned(scene).stream().filter(sends -> sends.example().getEventTime() >= 2000).count();
    assertThat(late).isGreaterThan(2 * (poisoned(scene).size() - late));
  }

  @Test
  void sameSeed_sameScript_anotherSeed_another() {
    for (Incident incident : Incidents.ALL) {
      List<Act> acts = incident.script().acts(1, Incident.Size.SHORT);
      assertThat(incident.script().acts(1, Incident.Size.SHORT)).isEqualTo(acts);
      assertThat(incident.script().acts(2, Incident.Size.SHORT)).isNotEqualTo(acts);
    }
  }

  @Test
  void plan_refusesWhatIsNoIncident() {
    assertThatThrownBy(() -> new Drill.Plan(Set.of("volcano"), true, 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--incident: found volcano, expected any of benign, sudden-poison, slow-poison,"
                + " one-among-nine, judge-down, judge-flips, lying-judge, emptied-prompts,"
                + " swapped-pairs, forged-promotion, refuses-everything, probe-overdue, contradictory-commands");
  }
}
