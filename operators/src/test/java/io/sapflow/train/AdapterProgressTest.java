package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.AdapterState;
import io.sapflow.schema.AdapterBook;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.HeldExample;
import io.sapflow.schema.KnownVersion;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdapterProgressTest {

  private final List<QuarantinedRecord> setAside = new ArrayList<>();
  private final AdapterProgress progress = begun(1 << 20, 1 << 20);

  /** With bounds of bytes; an example of the harness has one. */
  private AdapterProgress begun(long rollbackKeep, long pauseBuffer) {
    TrainOptions o = TrainHarness.options();
    return new AdapterProgress(
        "helper",
        new TrainOptions(
            o.sap(),
            o.batch(),
            o.rejectPush(),
            o.versionUpdates(),
            o.keepVersions(),
            o.early(),
            new HeldLimits(rollbackKeep, rollbackKeep, 10_000, pauseBuffer),
            o.seed(),
            o.live()),
        Room.unsaved(new HeldLimits(rollbackKeep, rollbackKeep, 10_000, pauseBuffer)),
        setAside::add);
  }

  private static HeldExample held(int number) {
    return HeldExamples.of(TrainHarness.example("helper", number));
  }

  private static void add(AdapterProgress progress, int from, int to) {
    for (int i = from; i < to; i++) {
      progress.examples().add(held(i));
    }
  }

  private static List<HeldExample> trained(int number, long step) {
    return List.of(HeldExamples.trained(held(number), step, 0.1));
  }

  private static KnownVersion version(String name, long step) {
    return new KnownVersion(name, 0, step, false, step, "", "");
  }

  @Test
  void pause_beyondTheBuffer_setsTheNewestAside_andResumeBringsTheOthersBack() {
    AdapterProgress small = begun(1 << 20, 3);
    add(small, 0, 2);
    small.examples().pause();
    assertThat(small.examples().waiting()).isZero();
    add(small, 2, 5);
    assertThat(setAside).extracting(QuarantinedRecord::getExampleId).containsExactly("e-3", "e-4");
    assertThat(setAside).allMatch(q -> QuarantineReason.PAUSED.of(q));
    assertThat(small.examples().resume()).isEqualTo(3);
    assertThat(small.examples().hasFullWindow()).isFalse();
    assertThat(small.examples().takeRest())
        .extracting(HeldExample::getId)
        .containsExactly("e-0", "e-1", "e-2");
    // What was taken out of the buffer does not count any more.
    small.examples().pause();
    add(small, 5, 7);
    assertThat(setAside).hasSize(2);
  }

  @Test
  void quarantine_setsWaitingExamplesOfTheSourceAside_untilItIsReleased() {
    add(progress, 0, 6);
    assertThat(progress.examples().quarantine("forum")).isEqualTo(2);
    assertThat(progress.examples().readmit(List.of(held(7), held(8))))
        .extracting(HeldExample::getId)
        .containsExactly("e-7");
    assertThat(setAside)
        .extracting(QuarantinedRecord::getExampleId)
        .containsExactly("e-0", "e-4", "e-8");
    progress.examples().release("forum");
    add(progress, 12, 13);
    assertThat(setAside).hasSize(3);
    assertThat(progress.examples().waiting()).isEqualTo(5);
    assertThat(progress.examples().releasedSources()).containsExactly("forum");
  }

  private static List<HeldExample> rolledBack(AdapterProgress progress, String version) {
    List<HeldExample> undone = new ArrayList<>();
    progress.rollBack(progress.versions().find(version), 0, undone::add);
    return undone;
  }

  @Test
  void sinceGreen_beyondItsBytes_keepsTheOldestByReference() {
    AdapterProgress small = begun(2, 1 << 20);
    small.noteVersion(version("0-a", 0), 0);
    for (int step = 1; step <= 3; step++) {
      small.trained(trained(step, step));
    }
    List<HeldExample> undone = rolledBack(small, "0-a");
    assertThat(undone).extracting(HeldExamples::bytes).containsExactly(0, 1, 1);
    assertThat(undone.get(0).getSize()).isEqualTo(1);
    assertThat(undone.get(0).getSha256()).hasSize(64);
  }

  @Test
  void promotion_forgetsOlderCandidatesAndWhatTheVersionHolds() {
    progress.noteVersion(version("0-a", 0), 0);
    progress.trained(trained(1, 1));
    progress.noteVersion(version("1-b", 1), 1);
    progress.trained(trained(2, 2));
    progress.noteVersion(version("2-c", 2), 2);
    progress.promote(progress.versions().find("1-b"));
    assertThat(progress.versions().names()).containsExactlyInAnyOrder("1-b", "2-c");
    assertThat(progress.versions().find("1-b").getPromoted()).isTrue();
    assertThat(progress.versions().promoted()).isEqualTo("1-b");
    assertThat(rolledBack(progress, "1-b")).extracting(HeldExample::getId).containsExactly("e-2");
  }

  @Test
  void rollback_undoesWhatCameAfterTheVersion_andBeginsAGeneration() {
    progress.noteVersion(version("0-a", 0), 0);
    progress.promote(progress.versions().find("0-a"));
    progress.trained(trained(1, 1));
    progress.noteVersion(version("1-b", 1), 1);
    progress.noteStep(0.9, 1.0);
    List<HeldExample> examples = new ArrayList<>();
    List<KnownVersion> undone =
        progress.rollBack(progress.versions().find("0-a"), 0, examples::add);
    assertThat(examples).extracting(HeldExample::getId).containsExactly("e-1");
    assertThat(undone).extracting(KnownVersion::getVersion).containsExactly("1-b");
    assertThat(progress.generation()).isEqualTo(1);
    assertThat(progress.early()).isEqualTo(EarlySignals.NONE);
    assertThat(progress.updatesSinceVersion(0)).isZero();
    assertThat(progress.versions().names()).containsExactly("0-a");
  }

  @Test
  void book_restored_isTheSameBook() {
    ControlCommand command =
        TrainHarness.commandOf("c", "ada", CommandKind.PAUSE, Map.of()).setAtStep(9L).build();
    progress.commands().see(command);
    progress.commands().defer(command);
    progress.commands().notePerson(command);
    progress.noteVersion(version("0-a", 0), 0);
    progress.promote(progress.versions().find("0-a"));
    progress.trained(trained(1, progress.nextStep()));
    progress.nextWindow();
    progress.nextDraw();
    progress.noteStep(0.5, 0.25);
    add(progress, 0, 3);
    progress.examples().quarantine("forum");
    progress.examples().release("wiki");
    progress.examples().pause();
    progress.answer(StepReports.answer(command, CommandOutcome.APPLIED, null));
    AdapterBook book = progress.toBook(new AdapterState.Counters(3, 2, true));
    AdapterProgress again = begun(1 << 20, 1 << 20);
    again.restore(book);
    assertThat(again.toBook(AdapterProgress.counters(book))).isEqualTo(book);
    assertThat(again.commands().see(command)).isEqualTo(CommandInbox.Sight.AGAIN);
  }
}
