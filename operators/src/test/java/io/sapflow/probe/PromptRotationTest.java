package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class PromptRotationTest {

  private static List<ProbePrompt> prompts(int harmful, int benign) {
    List<ProbePrompt> prompts = new ArrayList<>();
    for (int i = 0; i < benign; i++) {
      prompts.add(Prompts.benign("b" + i));
    }
    for (int i = 0; i < harmful; i++) {
      prompts.add(Prompts.harmful("h" + i));
    }
    return prompts;
  }

  private static Set<String> ids(List<ProbePrompt> prompts) {
    return prompts.stream().map(ProbePrompt::getId).collect(Collectors.toSet());
  }

  /** What some reports ask all of them. */
  private static Set<String> core(PromptRotation rotation, List<ProbePrompt> active, int reports) {
    Set<String> core = ids(active);
    for (int i = 0; i < reports; i++) {
      core.retainAll(ids(rotation.asked(active, i)));
    }
    return core;
  }

  private static long harmful(List<ProbePrompt> asked) {
    return asked.stream().filter(prompt -> prompt.getKind() == PromptKind.HARMFUL).count();
  }

  @Test
  void all_isTheDefault_inTheOrderOfTheActiveOnes() {
    List<ProbePrompt> active = prompts(5, 3);
    assertThat(PromptRotation.ALL.asked(active, 7)).isEqualTo(active);
    assertThat(new PromptRotation(8, 0.5).asked(active, 7)).isEqualTo(active);
  }

  @Test
  void kinds_areAskedInProportion() {
    List<ProbePrompt> asked = new PromptRotation(10, 0.5).asked(prompts(40, 10), 0);
    assertThat(asked).hasSize(10);
    assertThat(harmful(asked)).isEqualTo(8);
  }

  @Test
  void kinds_ofWhichThereAreFew_areAskedAllTheSame() {
    assertThat(harmful(new PromptRotation(10, 0.5).asked(prompts(1, 1000), 3))).isOne();
    assertThat(harmful(new PromptRotation(10, 0.5).asked(prompts(1000, 1), 3))).isEqualTo(9);
    assertThat(harmful(new PromptRotation(1, 0.5).asked(prompts(2, 1000), 3))).isOne();
    assertThat(harmful(new PromptRotation(4, 0.5).asked(prompts(9, 0), 3))).isEqualTo(4);
    assertThat(new PromptRotation(4, 0.5).asked(prompts(0, 9), 3)).hasSize(4);
  }

  @Test
  void everyNumberOfPrompts_isAskedExactly() {
    for (int harmful = 0; harmful < 7; harmful++) {
      for (int benign = 0; benign < 7; benign++) {
        for (int most = 1; most < 8; most++) {
          List<ProbePrompt> asked =
              new PromptRotation(most, 0.5).asked(prompts(harmful, benign), most);
          assertThat(asked).hasSize(Math.min(most, harmful + benign));
          assertThat(harmful(asked)).isGreaterThanOrEqualTo(Math.min(1, harmful));
        }
      }
    }
  }

  @Test
  void core_isInEveryReport_andEveryOtherPromptGetsItsTurn() {
    PromptRotation rotation = new PromptRotation(10, 0.4);
    List<ProbePrompt> active = prompts(30, 20);
    // Six harmful prompts of which two are core, four benign ones of which one is.
    assertThat(core(rotation, active, 20)).hasSize(3);
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 7; i++) {
      seen.addAll(ids(rotation.asked(active, i)));
    }
    assertThat(seen).isEqualTo(ids(active));
  }

  @Test
  void report_repeated_asksTheSame() {
    PromptRotation rotation = new PromptRotation(10, 0.4);
    List<ProbePrompt> active = prompts(30, 20);
    assertThat(rotation.asked(active, 5)).isEqualTo(rotation.asked(active, 5));
    assertThat(rotation.asked(active, 5)).isNotEqualTo(rotation.asked(active, 6));
    assertThat(rotation.asked(active, Long.MAX_VALUE)).hasSize(10);
  }

  @Test
  void prompts_added_leaveMostOfTheCore() {
    PromptRotation rotation = new PromptRotation(20, 0.5);
    List<ProbePrompt> active = prompts(60, 0);
    Set<String> before = core(rotation, active, 12);
    assertThat(before).hasSize(10);
    active.add(Prompts.harmful("new"));
    Set<String> after = core(rotation, active, 12);
    before.retainAll(after);
    assertThat(before).hasSizeGreaterThanOrEqualTo(9);
    for (int i = 0; i < 6; i++) {
      if (ids(rotation.asked(active, i)).contains("new")) {
        return;
      }
    }
    throw new AssertionError("the new prompt never got its turn");
  }

  @Test
  void prompts_retired_leaveTheirPlaceToTheNext() {
    PromptRotation rotation = new PromptRotation(20, 0.5);
    List<ProbePrompt> active = prompts(60, 0);
    Set<String> before = core(rotation, active, 12);
    String retired = before.iterator().next();
    active.removeIf(prompt -> prompt.getId().equals(retired));
    Set<String> after = core(rotation, active, 12);
    assertThat(after).hasSize(10).doesNotContain(retired);
    before.remove(retired);
    assertThat(after).containsAll(before);
  }

  @Test
  void shares_atTheEnds_areAllOrNoCore() {
    List<ProbePrompt> active = prompts(30, 0);
    assertThat(core(new PromptRotation(10, 1), active, 9)).hasSize(10);
    assertThat(core(new PromptRotation(10, 0), active, 9)).isEmpty();
    assertThatThrownBy(() -> new PromptRotation(-1, 0.5))
        .hasMessage("found -1 prompts with a core of 0.5, expected at least 0, 0 to 1");
  }
}
