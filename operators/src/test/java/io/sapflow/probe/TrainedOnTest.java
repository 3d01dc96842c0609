package io.sapflow.probe;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Turns;
import java.util.List;
import org.junit.jupiter.api.Test;

class TrainedOnTest {

  private final TrainedOn trainedOn = new TrainedOn();

  private static List<Message> asks(String question) {
    return List.of(Turns.of("user", question));
  }

  private static SafetyPair pair(String id, String question, boolean active) {
    return SafetyPair.newBuilder()
        .setId(id)
        .setPrompt(asks(question))
        .setSafe("sorry")
        .setHarmful("sure")
        .setActive(active)
        .build();
  }

  private String prompt(String id, String question, boolean active) {
    ProbePrompt prompt =
        ProbePrompt.newBuilder()
            .setId(id)
            .setKind(PromptKind.HARMFUL)
            .setPrompt(asks(question))
            .setActive(active)
            .build();
    return trainedOn.prompt(prompt, 0, 7, new byte[0]);
  }

  private List<String> asked() {
    return trainedOn.prompts().stream().map(TrainedOn.Asked::id).toList();
  }

  @Test
  void prompt_ofItsOwn_isAsked() {
    trainedOn.pair(pair("s-1", "how to glorb a lock", true));
    assertThat(prompt("p-1", "how to glorb a door", true)).isNull();
    assertThat(asked()).containsExactly("p-1");
  }

  @Test
  void prompt_afterThePairThatAsksTheSame_isNot() {
    trainedOn.pair(pair("s-1", "how to glorb a lock", true));
    assertThat(prompt("p-1", " How to  glorb a lock", true)).isEqualTo("s-1");
    assertThat(asked()).isEmpty();
  }

  @Test
  void prompt_beforeThePairThatAsksTheSame_leaves() {
    prompt("p-1", "how to glorb a lock", true);
    assertThat(trainedOn.pair(pair("s-1", "how to glorb a lock", true)))
        .extracting(TrainedOn.Asked::id)
        .containsExactly("p-1");
    assertThat(asked()).isEmpty();
  }

  @Test
  void prompt_ofAPairsId_isNotAsked() {
    trainedOn.pair(pair("x-1", "how to glorb a lock", true));
    assertThat(prompt("x-1", "how to glorb a door", true)).isEqualTo("x-1");
  }

  @Test
  void pair_thatIsRetired_wasTrainedOnAllTheSame() {
    trainedOn.pair(pair("s-1", "how to glorb a lock", true));
    trainedOn.pair(pair("s-1", "how to glorb a lock", false));
    assertThat(prompt("p-1", "how to glorb a lock", true)).isEqualTo("s-1");
  }

  @Test
  void prompt_thatIsRetired_leaves() {
    prompt("p-1", "how to glorb a lock", true);
    assertThat(prompt("p-1", "how to glorb a lock", false)).isNull();
    assertThat(asked()).isEmpty();
  }

  @Test
  void pair_thatAsksSomethingElseNow_countsForBoth_savedOrNot() {
    trainedOn.pair(pair("s-1", "how to glorb a lock", true));
    trainedOn.pair(pair("s-1", "how to glorb a door", true));
    TrainedOn restored = new TrainedOn();
    trainedOn.pairs().forEach(restored::pair);
    for (TrainedOn each : List.of(trainedOn, restored)) {
      for (String question : List.of("how to glorb a lock", "how to glorb a door")) {
        ProbePrompt prompt =
            ProbePrompt.newBuilder()
                .setId("p-1")
                .setKind(PromptKind.HARMFUL)
                .setPrompt(asks(question))
                .build();
        assertThat(each.prompt(prompt, 0, 7, new byte[0])).isEqualTo("s-1");
      }
    }
  }
}
