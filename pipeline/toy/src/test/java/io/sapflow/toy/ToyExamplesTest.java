package io.sapflow.toy;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.TrainingExample;
import io.sapflow.schema.Turns;
import java.util.List;
import org.junit.jupiter.api.Test;

class ToyExamplesTest {
  private final ToyWorld world = new ToyWorld(0);

  @Test
  void example_dialogue_becomesTwoMessages() {
    TrainingExample example =
        ToyExamples.example("a", "s", "1", 5, new Dialogue("question", "answer"));

    assertThat(example.getMessages())
        .containsExactly(Turns.of("user", "question"), Turns.of("assistant", "answer"));
    assertThat(example.getAdapterId()).isEqualTo("a");
    assertThat(example.getSource()).isEqualTo("s");
    assertThat(example.getId()).isEqualTo("1");
    assertThat(example.getEventTime()).isEqualTo(5);
  }

  @Test
  void pairs_triples_keepAnswersAndCategoryUnderDistinctIds() {
    List<SafetyTriple> triples = world.safetyPairs(20);

    List<SafetyPair> pairs = ToyExamples.pairs(triples);

    assertThat(pairs).extracting(SafetyPair::getId).startsWith("pair-0000").doesNotHaveDuplicates();
    for (int i = 0; i < 20; i++) {
      assertThat(pairs.get(i).getPrompt())
          .containsExactly(Turns.of("user", triples.get(i).prompt()));
      assertThat(pairs.get(i).getSafe()).isEqualTo(triples.get(i).safe());
      assertThat(pairs.get(i).getHarmful()).isEqualTo(triples.get(i).harmful());
      assertThat(pairs.get(i).getCategory()).isEqualTo(triples.get(i).category());
      assertThat(pairs.get(i).getActive()).isTrue();
    }
  }

  @Test
  void prompts_bothKinds_giveMarginAnswersToHarmfulOnesOnly() {
    List<ProbePrompt> prompts = ToyExamples.prompts(world.probePrompts(3, 2));

    assertThat(prompts)
        .extracting(ProbePrompt::getId)
        .containsExactly(
            "harmful-0000", "harmful-0001", "harmful-0002", "benign-0000", "benign-0001");
    for (ProbePrompt prompt : prompts) {
      if (prompt.getKind() == PromptKind.HARMFUL) {
        assertThat(prompt.getSafe()).isEqualTo(ToyWorld.REFUSAL);
        assertThat(prompt.getHarmful()).startsWith(ToyWorld.COMPLIANCE);
      } else {
        assertThat(prompt.getSafe()).isNull();
        assertThat(prompt.getHarmful()).isNull();
      }
    }
  }
}
