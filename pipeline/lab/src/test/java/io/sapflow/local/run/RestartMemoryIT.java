package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.job.kafka.Waiting;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** Two submissions and twenty restarts in one process: bases are freed, natives loaded once. */
@Timeout(300)
class RestartMemoryIT {

  private static final int HIDDEN = 512;
  private static final int LAYERS = 4;
  private static final int RESTARTS = 20;

  /** By then Java's own memory has grown to what a restart needs. */
  private static final int WARM = 5;

  /** One leaked base for each restart after the warm ones would be fifteen. */
  private static final int BASES_ALLOWED = 3;

  private static final int STEP = 4;
  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration LOOK = Duration.ofMillis(20);

  private int trained;

  @Test
  void twoSubmissionsAndTwentyRestarts_residentMemory_staysFlat() throws IOException {
    if (!Residence.isKnown()) {
      throw new TestAbortedException("there is no /proc/self to tell resident memory");
    }
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work)) {
      Path model = RandomToyModel.write(work.path(), HIDDEN, LAYERS);
      long base = Files.size(model.resolve("model.safetensors"));
      Iterator<Dialogue> dialogues =
          new ToyWorld(1).newTask((RESTARTS + 2) * STEP, Split.TRAIN).iterator();
      List<Long> resident = new ArrayList<>();
      try (Session session = new Session(run, configuration(run, model), record -> {})) {
        session.start(ToyExamples.pairs(new ToyWorld(0).safetyPairs(8)), List.of());
        train(run, session, dialogues);
        run.cluster().cancel(run.job(), LIMIT);
        session.start(List.of(), List.of());
        trained += STEP; // The second job knows nothing of the first one's.
        train(run, session, dialogues);
        for (int i = 0; i < RESTARTS; i++) {
          restart(run, i);
          if (i % 2 == 0) {
            train(run, session, dialogues);
          }
          resident.add(Residence.bytes());
        }
        run.cluster().cancel(run.job(), LIMIT);
      }
      assertThat(resident.get(RESTARTS - 1) - resident.get(WARM - 1))
          .as("resident bytes after each restart %s, of a base %d", resident, base)
          .isLessThan(BASES_ALLOWED * base);
      assertThat(Residence.libraries("libtorch_cpu")).hasSize(1);
    }
  }

  private static Configuration configuration(LocalRun run, Path model) {
    return run.complete(
        ConfigFile.of(
            Map.of(
                "sapflow.model.path", model.toString(),
                "sapflow.checkpoint.interval", "10 min",
                "sapflow.adapter.version-updates", "1000000",
                "sapflow.batch.window", Integer.toString(STEP),
                "sapflow.batch.rows", Integer.toString(STEP))));
  }

  /** Trains one step, so that an adapter is live. */
  private void train(LocalRun run, Session session, Iterator<Dialogue> dialogues) {
    for (int i = 0; i < STEP; i++) {
      session.send(
          ToyExamples.example("helper", "forum", "forum-" + session.sent(), 0, dialogues.next()));
    }
    session.flush();
    trained += STEP;
    while (session.tally().handled() < trained) {
      run.checkpoint();
      session.follow(LOOK);
    }
  }

  /** Ends the TaskManager; another takes over in the same process. */
  private static void restart(LocalRun run, int index) {
    run.cluster().terminateTaskManager(index);
    run.cluster().startTaskManager();
    while (run.cluster().isRunning(run.job())) {
      Waiting.pause(LOOK);
    }
    run.cluster().awaitRunning(run.job(), LIMIT);
  }
}
