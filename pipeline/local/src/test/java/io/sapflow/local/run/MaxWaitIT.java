package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;

/** Half a window in a job that is sent nothing more, on a real broker and a real cluster. */
class MaxWaitIT {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int WINDOW = 8;
  private static final int HALF = 5;

  private final List<SpecificRecord> records = new ArrayList<>();

  private <T> List<T> all(Class<T> type) {
    return records.stream().filter(type::isInstance).map(type::cast).toList();
  }

  @Test
  void halfAWindow_isTrainedByAFlushOnTheControlTopic_aWholeOneByItself() throws IOException {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work)) {
      run.submit(
          run.complete(
              ConfigFile.of(
                  Map.of(
                      "sapflow.model.path",
                      ToyModel.unpack(work.path()).toString(),
                      "sapflow.checkpoint.interval",
                      "500 ms",
                      "sapflow.batch.window",
                      Integer.toString(WINDOW),
                      "sapflow.batch.max-wait",
                      "1 s"))));
      try (Feed feed = new Feed(run.bootstrapServers());
          Watcher watcher = new Watcher(run.bootstrapServers())) {
        send(feed, "half", HALF);
        send(feed, "whole", WINDOW);
        feed.flush();
        long end = System.nanoTime() + LIMIT.toNanos();
        while (trained() < HALF + WINDOW) {
          assertThat(System.nanoTime()).as("%s examples trained", trained()).isLessThan(end);
          run.check();
          watcher.poll(POLL, records::add);
        }
      }
    }
    assertThat(answers("whole")).isEmpty();
    assertThat(answers("half"))
        .singleElement()
        .satisfies(
            answer -> {
              assertThat(answer.getIssuer()).isEqualTo("schedule");
              assertThat(answer.getKind()).isEqualTo(CommandKind.FLUSH);
              assertThat(answer.getOutcome()).isEqualTo(CommandOutcome.APPLIED);
              assertThat(answer.getReason()).isEqualTo(HALF + " examples of window 0");
              assertThat(all(ControlCommand.class))
                  .extracting(ControlCommand::getId)
                  .contains(answer.getId());
            });
  }

  private static void send(Feed feed, String adapterId, int examples) {
    for (int i = 0; i < examples; i++) {
      feed.example(
          ToyExamples.example(
              adapterId,
              "forum",
              adapterId + "-" + i,
              i,
              new ToyWorld(1).newTask(examples, Split.TRAIN).get(i)));
    }
  }

  private int trained() {
    return all(TrainingStep.class).stream()
        .filter(step -> step.getOutcome() == StepStatus.TRAINED)
        .mapToInt(TrainingStep::getExamples)
        .sum();
  }

  private List<AppliedCommand> answers(String adapterId) {
    return all(TrainingStep.class).stream()
        .filter(step -> step.getAdapterId().equals(adapterId))
        .flatMap(step -> step.getAppliedCommands().stream())
        .filter(answer -> answer.getKind() == CommandKind.FLUSH)
        .toList();
  }
}
