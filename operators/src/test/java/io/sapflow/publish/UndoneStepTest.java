package io.sapflow.publish;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.VersionStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UndoneStepTest {

  @TempDir Path directory;
  private UndoneStep undone;

  @BeforeEach
  void open() {
    undone = new UndoneStep(new LocalVersionFiles(directory));
  }

  private static String name(long step) {
    return step + "-0123456789ab";
  }

  private void note(VersionStatus status, long step, String parent) throws IOException {
    undone.note(
        AdapterVersion.newBuilder()
            .setAdapterId("helper")
            .setVersion(name(step))
            .setGeneration(0)
            .setStep(step)
            .setUpdates(0)
            .setUri("")
            .setSha256("")
            .setStatus(status)
            .setParent(parent)
            .build());
  }

  private void rolledBack(long step, long parent) throws IOException {
    note(VersionStatus.ROLLED_BACK, step, name(parent));
  }

  private boolean has(long step) throws IOException {
    return undone.has("helper", step);
  }

  @Test
  void rollback_undoesFromItsParentOn_andWithoutOneItsVersionAlone() throws Exception {
    rolledBack(20, 10);
    note(VersionStatus.ROLLED_BACK, 30, null);
    assertThat(has(10)).isFalse();
    assertThat(has(11)).isTrue();
    assertThat(has(20)).isTrue();
    assertThat(has(29)).isFalse();
    assertThat(has(30)).isTrue();
  }

  @Test
  void rollback_furtherBackWithNothingMadeSince_undoesThatToo() throws Exception {
    rolledBack(40, 30);
    rolledBack(30, 20);
    assertThat(has(30)).isTrue();
    assertThat(has(20)).isFalse();
  }

  @Test
  void rollbacks_beyondTheBound_forgetTheFirst_andAreReadAgainWithoutAChange() throws Exception {
    for (int i = 0; i <= UndoneStep.SPANS; i++) {
      rolledBack(20L * i + 20, 20L * i + 10);
    }
    assertThat(has(20)).isFalse();
    assertThat(has(40)).isTrue();
    Path file = directory.resolve("helper/undone");
    String before = Files.readString(file);
    rolledBack(40, 30);
    assertThat(Files.readString(file)).isEqualTo(before);
  }

  @Test
  void candidate_madeOnceMore_forgetsWhatWasUndoneOfItAlone() throws Exception {
    rolledBack(160, 100);
    rolledBack(180, 160);
    note(VersionStatus.CANDIDATE, 180, name(160));
    assertThat(has(180)).isFalse();
    assertThat(has(140)).isTrue();
    rolledBack(180, 160);
    assertThat(has(180)).isTrue();
    note(VersionStatus.CANDIDATE, 0, null);
    assertThat(has(140)).isFalse();
    assertThat(directory.resolve("helper/undone")).doesNotExist();
  }

  @Test
  void file_withAStepAlone_isRead_andACandidateUpToItBeginsAnew() throws Exception {
    Files.createDirectories(directory.resolve("helper"));
    Files.writeString(directory.resolve("helper/undone"), "{\"step\": 20}");
    assertThat(has(20)).isTrue();
    assertThat(has(19)).isFalse();
    note(VersionStatus.CANDIDATE, 5, null);
    assertThat(has(20)).isFalse();
  }
}
