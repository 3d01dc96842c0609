package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.publish.PromotedPointer;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.ProbeReport;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TrainingStep;
import io.sapflow.schema.VersionStatus;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.Split;
import io.sapflow.toy.ToyExamples;
import io.sapflow.toy.ToyModel;
import io.sapflow.toy.ToyWorld;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.opentest4j.TestAbortedException;

/** The safety loop from a version to its promotion, on Kafka as it is deployed: in a container. */
class LoopTopicsContainerIT {

  private static final String ADAPTER = "helper";
  private static final int EXAMPLES = 120;
  private static final List<SpecificRecord> RECORDS = new ArrayList<>();
  private static final List<ProbePrompt> PROMPTS =
      ToyExamples.prompts(new ToyWorld(0).probePrompts(40, 10));

  private static WorkDirectory work;
  private static String broker;

  /**
   * Why nothing was run; it aborts each test, because an aborted class counts as no test at all.
   */
  private static TestAbortedException skipped;

  @BeforeAll
  @Timeout(600)
  static void run() {
    work = WorkDirectory.create();
    try {
      broker = KafkaInContainer.start(work).getBootstrapServers();
    } catch (TestAbortedException e) {
      skipped = e;
      System.out.println("LoopTopicsContainerIT skipped: " + e.getMessage());
      return;
    }
    try (LocalRun run = LocalRun.on(work, broker)) {
      tune(run);
    }
    try (Watcher watcher = new Watcher(broker)) {
      watcher.drain(RECORDS::add);
    }
  }

  @AfterAll
  static void end() {
    work.close();
  }

  @BeforeEach
  void needsTheRun() {
    if (skipped != null) {
      throw skipped;
    }
  }

  private static void tune(LocalRun run) {
    Configuration configuration =
        ConfigFile.of(
            Map.of(
                "sapflow.model.path",
                ToyModel.unpack(work.path()).toString(),
                "sapflow.adapter.store",
                store().toUri().toString(),
                "sapflow.checkpoint.interval",
                "1 s",
                "sapflow.adapter.version-updates",
                "5"));
    try (Session session = new Session(run, run.complete(configuration), record -> {})) {
      session.start(ToyExamples.pairs(new ToyWorld(0).safetyPairs(32)), PROMPTS);
      List<Dialogue> dialogues = new ToyWorld(1).newTask(EXAMPLES, Split.TRAIN);
      for (int i = 0; i < EXAMPLES; i++) {
        session.send(ToyExamples.example(ADAPTER, "forum", "forum-" + i, i, dialogues.get(i)));
      }
      session.flush();
      // The end's FLUSH then stands behind the promotion, and its report carries both answers.
      while (session.tally().lastPromoted() == null) {
        run.check();
        session.follow(Duration.ofMillis(200));
      }
      session.finish(ADAPTER);
    }
  }

  private static Path store() {
    return work.resolve("adapters");
  }

  private static <T> List<T> all(Class<T> type) {
    return RECORDS.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private static String versionZero() {
    AdapterVersion first = all(AdapterVersion.class).get(0);
    assertThat(first.getStep()).isZero();
    assertThat(first.getStatus()).isEqualTo(VersionStatus.CANDIDATE);
    return first.getVersion();
  }

  private static List<String> promoted() {
    return all(AdapterVersion.class).stream()
        .filter(version -> version.getStatus() == VersionStatus.PROMOTED)
        .map(AdapterVersion::getVersion)
        .toList();
  }

  private static ControlCommand promotionOfVersionZero() {
    String version = versionZero();
    List<ControlCommand> commands =
        all(ControlCommand.class).stream()
            .filter(command -> command.getKind() == CommandKind.PROMOTED)
            .filter(command -> version.equals(command.getArguments().get("version")))
            .toList();
    assertThat(commands).hasSize(1);
    return commands.get(0);
  }

  @Test
  void topics_brokerInContainer_areAllThere() {
    try (TopicAdmin admin = new TopicAdmin(KafkaClients.at(broker))) {
      for (Topic topic : Topic.values()) {
        assertThat(admin.describe(topic.byDefault()))
            .hasValueSatisfying(
                found -> assertThat(found.compacted()).isEqualTo(topic.compacted()));
      }
    }
  }

  @Test
  void adapters_versionZeroWithinLimits_isPromoted() {
    assertThat(promoted()).startsWith(versionZero());
  }

  @Test
  void probes_versionZero_haveACompleteReport() {
    String version = versionZero();
    List<ProbeReport> reports =
        all(ProbeReport.class).stream()
            .filter(report -> report.getVersion().equals(version))
            .toList();
    assertThat(reports).hasSize(1);
    assertThat(reports.get(0).getIncompleteReason()).isNull();
    assertThat(reports.get(0).getComplete()).isTrue();
    assertThat(reports.get(0).getOutcomes()).hasSameSizeAs(PROMPTS);
  }

  @Test
  void control_versionZeroPromoted_hasTheGatesCommand() {
    assertThat(promotionOfVersionZero().getAdapterId()).isEqualTo(ADAPTER);
    assertThat(promotionOfVersionZero().getIssuer()).isEqualTo("gate");
  }

  @Test
  void steps_promotionOnControl_isAnsweredApplied() {
    String command = promotionOfVersionZero().getId();
    assertThat(all(TrainingStep.class))
        .flatExtracting(TrainingStep::getAppliedCommands)
        .filteredOn(answer -> answer.getId().equals(command))
        .extracting(AppliedCommand::getOutcome)
        .containsExactly(CommandOutcome.APPLIED);
  }

  @Test
  void pointer_afterTheEnd_namesTheLastPromotedVersion() throws IOException {
    List<String> promoted = promoted();
    assertThat(new PromotedPointer(new LocalVersionFiles(store())).promoted(ADAPTER))
        .isEqualTo(promoted.get(promoted.size() - 1));
  }
}
