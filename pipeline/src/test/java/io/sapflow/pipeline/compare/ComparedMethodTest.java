package io.sapflow.pipeline.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sapflow.pipeline.job.SapflowOptions;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ComparedMethodTest {

  @Test
  void aStepAloneHasNoReplay() {
    assertEquals(
        Map.of(SapflowOptions.METHOD.key(), "sap", SapflowOptions.REPLAY_SHARE.key(), "0"),
        ComparedMethod.of("sap").options());
  }

  @Test
  void replayIsTheJobsOwnShare() {
    assertEquals(
        Map.of(SapflowOptions.METHOD.key(), "sft"), ComparedMethod.of("sft+replay").options());
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
