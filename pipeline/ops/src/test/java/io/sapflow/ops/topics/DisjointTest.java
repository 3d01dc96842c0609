package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.sets.Disjoint;
import io.sapflow.job.sets.SafetySet;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Turns;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisjointTest {

  private static ProbePrompt prompt(String id, Message... turns) {
    return new ProbePrompt(id, PromptKind.HARMFUL, List.of(turns), "", true, null, null);
  }

  private static SafetyPair pair(String id, String text, boolean active) {
    return new SafetyPair(id, List.of(Turns.of("user", text)), "no", "yes", "c", active);
  }

  private static List<String> faults(ProbePrompt prompt, SafetyPair... pairs) {
    return Disjoint.faults(
        SafetySet.PROMPTS,
        List.of(prompt),
        SafetySet.PAIRS,
        "sapflow.safety-pairs.v1",
        List.of(pairs));
  }

  @Test
  void faults_sameId_namesBoth() {
    assertThat(faults(prompt("a", Turns.of("user", "x")), pair("a", "y", true)))
        .containsExactly(
            "probe prompt a: found safety pair a on sapflow.safety-pairs.v1, expected another id");
  }

  @Test
  void faults_sameText_namesBoth_whateverCaseBlanksAndSystemTurn() {
    ProbePrompt prompt =
        prompt("a", Turns.of("system", "be kind"), Turns.of("user", "How  do I\nZorble? "));
    assertThat(faults(prompt, pair("b", "how do i zorble?", true)))
        .containsExactly(
            "probe prompt a: found its text in safety pair b on sapflow.safety-pairs.v1, expected"
                + " no text that is in both");
  }

  @Test
  void faults_retiredOrDifferent_none() {
    ProbePrompt prompt = prompt("a", Turns.of("user", "x"));
    assertThat(faults(prompt, pair("a", "x", false), pair("c", "z", true))).isEmpty();
  }

  @Test
  void line_tellsNoText() {
    assertThat(SetDesk.line(SafetySet.PAIRS, pair("b\u001b[2J", "secret", true)))
        .contains("b?[2J", " c ", "active")
        .doesNotContain("secret");
    SafetyPair retired = SafetySet.PAIRS.retired().apply(pair("b", "secret", true));
    assertThat(retired.getPrompt()).isEmpty();
    assertThat(SetDesk.line(SafetySet.PAIRS, retired)).endsWith("retired");
  }
}
