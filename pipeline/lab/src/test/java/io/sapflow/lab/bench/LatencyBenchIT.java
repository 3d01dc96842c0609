package io.sapflow.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** One incident on a real broker and cluster, whose output is committed long after the verdict. */
@Timeout(600)
class LatencyBenchIT {

  @Test
  void poison_isHeldFromTheVerdictOn_andTrainedNoMore() throws IOException {
    LatencyBenchResult result;
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work, 1, HeldMetrics.options())) {
      Map<String, String> options = Map.of("sapflow.checkpoint.interval", "6 s");
      result =
          new LatencyBench(
                  run,
                  run.complete(
                      DemoSettings.configuration(
                          ToyModel.unpack(work.path()), 0, "sap", false, options)),
                  1,
                  System.out::println)
              .run(0);
    }
    result.lines().forEach(System.out::println);
    assertThat(result.examplesTrainedAfterVerdict()).isLessThanOrEqualTo(16);
    ObjectNode json = result.toJson();
    List<String> stages = new ArrayList<>();
    for (JsonNode stage : json.get("stages")) {
      stages.add(stage.get("name").asText());
      assertThat(stage.get("millisMedian").isNumber()).as("%s", stage).isTrue();
      assertThat(stage.get("millisP95").asDouble())
          .isGreaterThanOrEqualTo(stage.get("millisMedian").asDouble());
    }
    assertThat(stages)
        .containsExactly(
            "sent-trained",
            "trained-version",
            "version-verdict",
            "verdict-pointer",
            "poison-hold",
            "poison-rollback");
    assertThat(result.median(LoopStage.POISON_HOLD))
        .isLessThan(result.median(LoopStage.POISON_ROLLBACK));
    assertThat(json.get("examplesTrainedAfterVerdict").isNumber()).isTrue();
  }
}
