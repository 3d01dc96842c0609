package io.sapflow.lab.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparedMethodTest {

  @Test
  void aStepAloneHasNoReplay() {
    assertEquals(
        Map.of(TrainingOptions.METHOD.key(), "sap", SafetyOptions.REPLAY_SHARE.key(), "0"),
        ComparedMethod.of("sap").over(Map.of(TrainingOptions.REJECT_PUSH.key(), "2")));
  }

  @Test
  void replayIsTheJobsOwnShare() {
    assertEquals(
        Map.of(TrainingOptions.METHOD.key(), "sft"),
        ComparedMethod.of("sft+replay").over(Map.of()));
  }

  @Test
  void rejectionTakesTheGivenLimitOrItsOwn() {
    String key = TrainingOptions.REJECT_PUSH.key();
    ComparedMethod method = ComparedMethod.of("sap+rejection");
    assertEquals("0.5", method.over(Map.of()).get(key));
    assertEquals("2", method.over(Map.of(key, "2")).get(key));
  }

  @Test
  void aNameOfOtherPartsIsRefusedAsAMethod() {
    for (String name : List.of("foo", "+", "", "sap+", "sft+rejection")) {
      String message =
          assertThrows(IllegalArgumentException.class, () -> ComparedMethod.of(name)).getMessage();
      assertTrue(message.startsWith("--methods: found " + name), message);
    }
  }

  @Test
  void anUnknownDefenceIsRefusedByName() {
    String message =
        assertThrows(IllegalArgumentException.class, () -> ComparedMethod.of("sap+luck"))
            .getMessage();
    assertTrue(message.contains("luck") && message.contains("replay"), message);
  }

  @Test
  void plainFineTuningMustBeAmongThem() {
    List<ComparedMethod> methods = ComparedMethod.list(List.of("sap"));
    String message =
        assertThrows(IllegalArgumentException.class, () -> new Plan(methods, 0, 1, 1)).getMessage();
    assertTrue(message.startsWith("--methods: sft is missing"), message);
  }

  @Test
  void aMethodIsNamedOnce() {
    List<ComparedMethod> methods = ComparedMethod.list(List.of("sft", "sap", "sap"));
    assertThrows(IllegalArgumentException.class, () -> new Plan(methods, 0, 1, 1));
  }
}
