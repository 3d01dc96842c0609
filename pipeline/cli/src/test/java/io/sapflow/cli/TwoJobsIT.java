package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.TuningJob;
import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.run.JobRun;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Jobs that share a broker: each on its own topics, or not at all. */
@Timeout(240)
class TwoJobsIT {

  private static final int EXAMPLES = 20;
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final String TEAM = "-Dsapflow.topics.prefix=team-b.";

  /** One of the jobs on a cluster, and what it has committed. */
  private static final class Job implements JobRun, AutoCloseable {

    private final List<SpecificRecord> heard = new ArrayList<>();
    private final LocalRun run;
    private final Path directory;
    private final Configuration configuration;
    private final Session session;
    private JobID id;

    Job(LocalRun run, String name, Path model, String... own) {
      this.run = run;
      this.directory = run.directory().resolve(name);
      Map<String, String> values = new HashMap<>();
      values.put("sapflow.job.name", name);
      values.put("sapflow.adapter.store", directory.resolve("adapters").toUri().toString());
      for (int i = 0; i < own.length; i += 2) {
        values.put(own[i], own[i + 1]);
      }
      configuration = run.complete(DemoSettings.configuration(model, 1, "sft", true, values));
      session = new Session(this, configuration, heard::add);
    }

    @Override
    public String bootstrapServers() {
      return run.bootstrapServers();
    }

    @Override
    public void submit(Configuration configuration) {
      id = run.cluster().submit(TuningJob.graph(configuration));
      run.cluster().awaitRunning(id, LIMIT);
    }

    @Override
    public void check() {
      run.cluster().isRunning(id);
    }

    @Override
    public void checkpoint() {
      run.cluster().checkpoint(id, LIMIT);
    }

    @Override
    public void drain() {
      run.cluster().stopWithDrain(id, directory.resolve("savepoints"), LIMIT);
      run.cluster().awaitEnd(id, LIMIT);
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
        check();
      }
    }

    @Override
    public void close() {
      session.close();
    }
  }

  @Test
  void prefixes_keepJobsApart_andAnotherNameOnTheSameTopicsIsRefused() throws Exception {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun run = LocalRun.start(work)) {
      String servers = run.bootstrapServers();
      Path model = ToyModel.unpack(work.path());
      List<Dialogue> dialogues = new ToyWorld(1).newTask(EXAMPLES, Split.TRAIN);
      try (Job first = new Job(run, "first", model);
          Job second = new Job(run, "second", model, "sapflow.topics.prefix", "team-b.")) {
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
        refusesAnotherName(work, first);
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
    second.checkpoint();
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
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.err()).isEqualTo("sapflow: " + refusal + "\n");
    assertThat(run.out()).isEmpty();
    assertThat(Said.of("run", "--config", file, third, checkpoints, "--fresh").err())
        .contains(refusal);
    assertThatThrownBy(() -> TuningJob.main(new String[] {"--config", file, third, checkpoints}))
        .hasMessage(refusal);
  }
}
