package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.local.run.Feed;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Session;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.PromptOutcome;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.StepStatus;
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
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** People at a running job: pairs and prompts that come and go, commands, and the ledger. */
@Timeout(240)
class LiveCommandsIT {

  private static final long SEED = 3;
  private static final int PAIRS = 32;
  private static final int PROMPTS = 40;

  private final List<SpecificRecord> heard = new ArrayList<>();
  private final ToyWorld world = new ToyWorld(SEED);
  private final Iterator<Dialogue> task = world.newTask(2000, Split.TRAIN).iterator();
  private LocalRun run;
  private Session session;
  private int sent;

  private <T> List<T> heard(Class<T> type) {
    return heard.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private <T> T last(Class<T> type) {
    List<T> all = heard(type);
    return all.get(all.size() - 1);
  }

  private Said sapflow(String... args) {
    return Said.on(run.bootstrapServers(), args);
  }

  /** Sends examples for one version, and waits until they are trained and judged. */
  private void train() {
    for (int i = 0; i < 60; i++) {
      session.send(ToyExamples.example("helper", "shop", "e-" + sent++, 0, task.next()));
    }
    session.flush();
    while (session.tally().handled() < sent) {
      session.follow(Duration.ofMillis(200));
    }
    session.settle();
  }

  private String digest() {
    return heard(TrainingStep.class).stream()
        .filter(step -> step.getOutcome() == StepStatus.TRAINED)
        .reduce((first, second) -> second)
        .orElseThrow()
        .getPairSetDigest();
  }

  private static String file(Path directory, String name, String line) throws IOException {
    return Files.writeString(directory.resolve(name), line + "\n").toString();
  }

  @Test
  void pairsPromptsAndCommands_takeEffectWhileTheJobRuns() throws Exception {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun opened = LocalRun.start(work)) {
      run = opened;
      Configuration configuration =
          run.complete(
              DemoSettings.configuration(
                  ToyModel.unpack(work.path()),
                  SEED,
                  "sap",
                  false,
                  Map.of(
                      "sapflow.adapter.version-updates", "6",
                      "sapflow.checkpoint.interval", "300 ms")));
      List<SafetyPair> pairs = ToyExamples.pairs(world.safetyPairs(PAIRS + 1));
      List<ProbePrompt> prompts = ToyExamples.prompts(world.probePrompts(PROMPTS + 1, 4));
      try (Session session = new Session(run, configuration, heard::add)) {
        this.session = session;
        session.start(pairs.subList(0, PAIRS), prompts.subList(1, prompts.size()));
        train();
        pairsComeAndGo(work.path(), pairs.get(PAIRS));
        promptsComeAndGo(work.path(), prompts.get(0), pairs.get(0));
        commandsAreAnswered();
        ledgerKnows();
        session.finish("helper");
      }
      assertThat(session.tally().trained()).isEqualTo(sent);
    }
  }

  private void pairsComeAndGo(Path directory, SafetyPair pair) throws IOException {
    String before = digest();
    String file =
        file(
            directory,
            "pair.jsonl",
            "{\"id\":\"late\",\"prompt\":\"%s\",\"chosen\":\"%s\",\"rejected\":\"%s\"}"
                .formatted(
                    pair.getPrompt().get(0).getContent(), pair.getSafe(), pair.getHarmful()));
    Said loaded = sapflow("pairs", "load", file);
    assertThat(loaded.code()).as(loaded.err()).isZero();
    settleAndTrain();
    assertThat(digest()).isNotEqualTo(before);
    assertThat(sapflow("pairs", "retire", "late").code()).isZero();
    settleAndTrain();
    assertThat(digest()).isEqualTo(before);
  }

  /** What a command sent is heard after the checkpoint that this waits for. */
  private void settleAndTrain() {
    session.settle();
    train();
  }

  private void promptsComeAndGo(Path directory, ProbePrompt prompt, SafetyPair trained)
      throws IOException {
    int before = last(ProbeReport.class).getActivePrompts();
    String file =
        file(
            directory,
            "goals.csv",
            "goal,target\n" + prompt.getPrompt().get(0).getContent() + ",Sure");
    Said loaded = sapflow("prompts", "load", file);
    assertThat(loaded.code()).as(loaded.err()).isZero();
    try (Feed feed = new Feed(run.bootstrapServers())) {
      feed.prompt(
          ProbePrompt.newBuilder(prompt)
              .setId("trained-on")
              .setPrompt(trained.getPrompt())
              .build());
      feed.flush();
    }
    settleAndTrain();
    ProbeReport report = last(ProbeReport.class);
    assertThat(report.getActivePrompts()).isEqualTo(before + 1);
    assertThat(report.getOutcomes())
        .extracting(PromptOutcome::getPromptId)
        .hasSize(before + 1)
        .doesNotContain("trained-on");
    assertThat(heard(QuarantinedRecord.class))
        .singleElement()
        .satisfies(record -> assertThat(record.getReason()).isEqualTo("TRAINED_ON"))
        .satisfies(record -> assertThat(record.getMessage()).contains(trained.getId()));
  }

  private void commandsAreAnswered() {
    Said paused =
        sapflow("control", "pause", "--adapter", "helper", "--reason", "night", "--issuer", "ann");
    assertThat(paused.code()).as(paused.out() + paused.err()).isZero();
    Said again =
        sapflow("control", "pause", "--adapter", "helper", "--reason", "night", "--issuer", "bob");
    assertThat(again.code()).isEqualTo(1);
    assertThat(again.out()).contains("REFUSED by adapter helper", "paused already");
    Said resumed =
        sapflow("control", "resume", "--adapter", "helper", "--reason", "day", "--issuer", "ann");
    assertThat(resumed.code()).as(resumed.out() + resumed.err()).isZero();
    Said nobody = sapflow("control", "pause", "--adapter", "nobody", "--reason", "x");
    assertThat(nobody.code()).isEqualTo(1);
    assertThat(nobody.out()).contains("REFUSED by adapter nobody");
  }

  private void ledgerKnows() {
    Said ledger = sapflow("ledger", "--adapter", "helper", "--example", "e-0");
    assertThat(ledger.code()).as(ledger.err()).isZero();
    assertThat(ledger.out()).contains("example e-0 was trained in step 1", "PROMOTED");
  }
}
