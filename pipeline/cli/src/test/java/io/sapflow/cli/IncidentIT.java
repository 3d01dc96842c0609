package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.ConfigFile;
import io.sapflow.local.run.Feed;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.run.Watcher;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.schema.AlertStatus;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.SafetyAlert;
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
import java.util.function.BooleanSupplier;
import org.apache.avro.specific.SpecificRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A rollback, a restart, and the person who acknowledges it, in a real job by real commands. */
@Timeout(180)
class IncidentIT {

  private static final Duration LIMIT = Duration.ofMinutes(1);
  private static final Duration POLL = Duration.ofMillis(200);
  private static final int WINDOW = 4;
  private static final int PROMPTS = 4;

  private final List<SpecificRecord> records = new ArrayList<>();
  private LocalRun run;
  private Watcher watcher;

  private <T> List<T> all(Class<T> type) {
    return records.stream().filter(type::isInstance).map(type::cast).toList();
  }

  private void await(String what, BooleanSupplier reached) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!reached.getAsBoolean()) {
      assertThat(System.nanoTime()).as("waiting for %s", what).isLessThan(end);
      run.check();
      watcher.poll(POLL, records::add);
    }
  }

  private Said control(String... args) {
    List<String> all = new ArrayList<>(List.of("control"));
    all.addAll(List.of(args));
    all.addAll(List.of("--adapter", "helper", "--issuer", "ada", "--wait", "60"));
    return Said.on(run.bootstrapServers(), all.toArray(String[]::new));
  }

  private boolean commanded(CommandKind kind, String reason) {
    return all(ControlCommand.class).stream()
        .anyMatch(command -> command.getKind() == kind && command.getReason().contains(reason));
  }

  private List<SafetyAlert> incidents() {
    return all(SafetyAlert.class).stream()
        .filter(alert -> alert.getRule().equals("incident"))
        .toList();
  }

  private void awaitIncidents(int count) {
    await(count + " words of the incident", () -> incidents().size() >= count);
    assertThat(incidents()).hasSize(count);
  }

  private void send() {
    ToyWorld world = new ToyWorld(1);
    try (Feed feed = new Feed(run.bootstrapServers())) {
      ToyExamples.prompts(world.probePrompts(PROMPTS, 1)).forEach(feed::prompt);
      for (int i = 0; i < WINDOW; i++) {
        feed.example(
            ToyExamples.example(
                "helper", "forum", "e-" + i, i, world.newTask(WINDOW, Split.TRAIN).get(i)));
      }
      feed.flush();
    }
  }

  private void submit(WorkDirectory work, String key, String value) throws IOException {
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
                    "sapflow.gate.least-prompts",
                    Integer.toString(PROMPTS),
                    key,
                    value))));
  }

  @Test
  void incident_thatNobodyAcknowledges_isEndedByTheSchedule_onTheControlTopic() throws IOException {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun local = LocalRun.start(work)) {
      run = local;
      submit(work, "sapflow.alert.incident-timeout", "1 s");
      try (Watcher output = new Watcher(run.bootstrapServers())) {
        watcher = output;
        send();
        await("a step", () -> !all(TrainingStep.class).isEmpty());
        Said aside = control("quarantine-source", "--source", "forum", "--reason", "odd");
        assertThat(aside.code()).as(aside.out()).isZero();
        awaitIncidents(2);
        await("the command", () -> commanded(CommandKind.ACKNOWLEDGE, "nobody has for 1 s"));
      }
    }
    assertThat(incidents())
        .extracting(SafetyAlert::getStatus)
        .containsExactly(AlertStatus.FIRING, AlertStatus.RESOLVED);
    assertThat(all(ControlCommand.class))
        .filteredOn(command -> command.getKind() == CommandKind.ACKNOWLEDGE)
        .extracting(ControlCommand::getIssuer)
        .containsExactly("schedule");
  }

  @Test
  void rollback_staysAnAlertOverARestart_untilAPersonAcknowledgesIt() throws IOException {
    try (WorkDirectory work = WorkDirectory.create();
        LocalRun local = LocalRun.start(work)) {
      run = local;
      submit(work, "sapflow.alert.incident-timeout", "7 d");
      try (Watcher output = new Watcher(run.bootstrapServers())) {
        watcher = output;
        send();
        await("a promotion", () -> commanded(CommandKind.PROMOTED, "not above"));
        Said early = control("acknowledge", "--seen", "1", "--reason", "nothing yet");
        assertThat(early.code()).isEqualTo(1);
        assertThat(early.out()).contains("REFUSED by adapter helper", "nothing waits for it");
        assertThat(incidents()).isEmpty();

        assertThat(control("rollback", "--reason", "it is odd").code()).isZero();
        awaitIncidents(1);
        run.cluster().startTaskManager();
        run.cluster().terminateTaskManager(0);
        Said aside = control("quarantine-source", "--source", "forum", "--reason", "odd, too");
        assertThat(aside.code()).as(aside.out()).isZero();
        awaitIncidents(2);

        Said first = control("acknowledge", "--seen", "1", "--reason", "the rollback");
        assertThat(first.code()).isEqualTo(1);
        assertThat(first.out()).contains("REFUSED by adapter helper", "found 1, expected 2");
        Said seen = control("acknowledge", "--seen", "2", "--reason", "seen it");
        assertThat(seen.code()).as(seen.out()).isZero();
        assertThat(seen.out()).contains("2 rollbacks and quarantines of sources: seen it");
        awaitIncidents(3);
        await("the command", () -> commanded(CommandKind.ACKNOWLEDGE, "seen it"));
        assertThat(control("acknowledge", "--seen", "2", "--reason", "again").out())
            .contains("REFUSED");
      }
    }
    List<SafetyAlert> told = incidents();
    assertThat(told).hasSize(3);
    assertThat(told)
        .extracting(SafetyAlert::getStatus)
        .containsExactly(AlertStatus.FIRING, AlertStatus.FIRING, AlertStatus.RESOLVED);
    assertThat(told).extracting(SafetyAlert::getValue).containsExactly(1.0, 2.0, 0.0);
    assertThat(told)
        .extracting(SafetyAlert::getFingerprint)
        .containsOnly(told.get(0).getFingerprint());
    assertThat(told).extracting(SafetyAlert::getStartsAt).containsOnly(told.get(0).getStartsAt());
    assertThat(told.get(1).getAnnotations().get("description"))
        .containsPattern("^version 0-[0-9a-f]{12} was served after it;")
        .contains("./sapflow replay --adapter helper --reason SOURCE_QUARANTINED --source forum");
    assertThat(told.get(2).getAnnotations().get("summary"))
        .startsWith("adapter helper: acknowledged by ada: 2 rollbacks and quarantines");
  }
}
