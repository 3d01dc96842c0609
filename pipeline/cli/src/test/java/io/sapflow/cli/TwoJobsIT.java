package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.TuningJob;
import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.TrainingStep;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs that share a broker: each on its own topics, or not at all. */
@Timeout(240)
class TwoJobsIT {

  private static final int EXAMPLES = 20;
  private static final String TEAM = "-Dsapflow.topics.prefix=team-b.";

  /** One of the jobs, and what it has committed. */
  private static final class Job implements AutoCloseable {

    private final List<SpecificRecord> heard = new ArrayList<>();
    private final LocalRun run;
    private final Configuration configuration;
    private final Session session;

    Job(WorkDirectory work, String servers, Path model, Map<String, String> own) {
      run = LocalRun.on(work, servers);
      configuration = run.complete(DemoSettings.configuration(model, 1, "sft", true, own));
      session = new Session(run, configuration, heard::add);
    }

    <T> List<T> heard(Class<T> type) {
      return heard.stream().filter(type::isInstance).map(type::cast).toList();
    }

    void send(String adapter, List<Dialogue> dialogues) {
      for (int i = 0; i < EXAMPLES; i++) {
        session.send(ToyExamples.example(adapter, "shop", adapter + i, 0, dialogues.get(i)));
      }
      session.flush();
    }

    void awaitTrained() {
      while (session.tally().handled() < EXAMPLES) {
        session.follow(Duration.ofMillis(100));
        run.check();
      }
    }

    @Override
    public void close() {
      session.close();
      run.close();
    }
  }

  @Test
  void prefixes_keepJobsApart_andAnotherNameOnTheSameTopicsIsRefused() throws Exception {
    try (WorkDirectory work = WorkDirectory.create();
        WorkDirectory other = WorkDirectory.create()) {
      String servers = KafkaBroker.start(work, "kafka").bootstrapServers();
      Path model = ToyModel.unpack(work.path());
      List<Dialogue> dialogues = new ToyWorld(1).newTask(EXAMPLES, Split.TRAIN);
      try (Job first = new Job(work, servers, model, Map.of("sapflow.job.name", "first"));
          Job second =
              new Job(
                  other,
                  servers,
                  model,
                  Map.of("sapflow.job.name", "second", "sapflow.topics.prefix", "team-b."))) {
        first.session.start(List.of(), List.of());
        second.session.start(List.of(), List.of());
        first.send("a", dialogues);
        second.send("b", dialogues);
        first.awaitTrained();
        second.awaitTrained();
        commandsReachOne(servers, second);
        first.session.finish("a");
        second.session.finish("b");
        trainsItsOwn(first, "a");
        trainsItsOwn(second, "b");
        assertThat(first.heard(ControlCommand.class))
            .extracting(ControlCommand::getAdapterId)
            .containsOnly("a");
        refusesAnotherName(other, first);
      }
    }
  }

  private static void trainsItsOwn(Job job, String adapter) {
    assertThat(job.session.tally().trained()).isEqualTo(EXAMPLES);
    assertThat(job.session.tally().quarantinedTotal()).isZero();
    assertThat(job.heard(TrainingStep.class))
        .extracting(TrainingStep::getAdapterId)
        .containsOnly(adapter);
  }

  private static void commandsReachOne(String servers, Job second) {
    Said watched =
        Said.on(servers, "watch", "steps", "--from-beginning", "--count", "1", "--json", TEAM);
    assertThat(watched.out()).as(watched.err()).contains("\"adapterId\":\"b\"");
    second.run.checkpoint();
    for (String kind : List.of("pause", "resume")) {
      Said told =
          Said.on(
              servers, "control", kind, "--adapter", "b", "--issuer", "ann", "--reason", "r", TEAM);
      assertThat(told.code()).as(told.err() + told.out()).isZero();
      assertThat(told.out()).contains("APPLIED by adapter b");
    }
    assertThat(Said.on(servers, "topics", "describe", TEAM).out())
        .contains("team-b.examples.v1", "team-b.quarantine.v1")
        .doesNotContain("sapflow.", "missing");
  }

  private static void refusesAnotherName(WorkDirectory work, Job first) throws IOException {
    String refusal =
        "topic sapflow.steps.v1: found steps of job first, expected none but those of job third:"
            + " set another sapflow.topics.prefix, or sapflow.job.name=first; if the job was"
            + " renamed, sapflow.job.formerly=first";
    Map<String, String> values = first.configuration.toMap();
    StringBuilder yaml = new StringBuilder();
    values.forEach((key, value) -> yaml.append(key).append(": '").append(value).append("'\n"));
    String file = Files.writeString(work.resolve("third.yaml"), yaml).toString();
    String checkpoints = "-Dsapflow.checkpoints=" + work.resolve("third").toUri();
    String third = "-Dsapflow.job.name=third";
    Said run = Said.of("run", "--config", file, third, checkpoints);
    assertThat(run.code()).isEqualTo(1);
    assertThat(run.err()).isEqualTo("sapflow: " + refusal + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(Said.of("run", "--config", file, third, checkpoints, "--fresh").err())
        .contains(refusal);
    assertThatThrownBy(() -> TuningJob.main(new String[] {"--config", file, third, checkpoints}))
        .hasMessage(refusal);
  }
}
