package io.sapflow.lab.bench;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.ConfigFile;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A short form: who is trained is asserted, not how soon. */
@Timeout(300)
class FairnessBenchIT {

  private static final int WINDOW = 20;
  private static final int ROUNDS = 2;

  @Test
  void innocent_isTrainedBesideFloods() throws IOException {
    FairnessBenchResult.Run measured;
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work)) {
      measured =
          new FairnessBench(
                  run,
                  run.complete(
                      ConfigFile.of(
                          Map.of(
                              "sapflow.model.path", ToyModel.unpack(work.path()).toString(),
                              "sapflow.adapters.max", "4",
                              "sapflow.adapter.version-updates", "4",
                              "sapflow.batch.window", Integer.toString(WINDOW),
                              "sapflow.checkpoint.interval", "500 ms"))),
                  new FairnessBench.Plan(12, 100, ROUNDS),
                  System.out::println)
              .run(0);
    }
    assertThat(measured.calm()).hasSize(ROUNDS * WINDOW);
    assertThat(measured.ids()).hasSize(ROUNDS * WINDOW);
    assertThat(measured.records()).hasSize(ROUNDS * WINDOW);
    assertThat(measured.sent()).isGreaterThanOrEqualTo(12);
    assertThat(measured.refused()).isBetween(1, measured.sent());
    ObjectNode json = new FairnessBenchResult(List.of(measured)).toJson();
    assertThat(json.get("calmMillisP95").asDouble()).isPositive();
    assertThat(json.get("floodMillisP95").asDouble()).isPositive();
    assertThat(json.get("runs")).hasSize(1);
  }
}
