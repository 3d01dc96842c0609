package io.sapflow.pipeline.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.StateRecoveryOptions;
import org.apache.flink.core.execution.RecoveryClaimMode;
import org.apache.flink.runtime.checkpoint.Checkpoints;
import org.apache.flink.runtime.checkpoint.metadata.CheckpointMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateDirectoryTest {

  @TempDir Path root;
  private final List<String> warnings = new ArrayList<>();

  private void snapshot(String directory, long id, long seconds) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    Checkpoints.storeCheckpointMetadata(new CheckpointMetadata(id, List.of(), List.of()), bytes);
    write(directory, bytes.toByteArray(), seconds);
  }

  private void write(String directory, byte[] metadata, long seconds) throws IOException {
    Path file = root.resolve("helper").resolve(directory).resolve("_metadata");
    Files.createDirectories(file.getParent());
    Files.write(file, metadata);
    Files.setLastModifiedTime(file, FileTime.fromMillis(seconds * 1000));
  }

  private StateDirectory states() {
    return new StateDirectory(
        new org.apache.flink.core.fs.Path(root.toUri()), "helper", warnings::add);
  }

  /** With state on disk, no broker is asked. */
  private Start start(boolean fresh) {
    return Start.find(
        new StartRequest("helper", "127.0.0.1:1", "sapflow", root.toUri().toString(), null, fresh),
        warnings::add);
  }

  private String latest() {
    return states()
        .latest()
        .map(
            found ->
                root.resolve("helper").relativize(Path.of(found.directory().getPath())).toString())
        .orElse("none");
  }

  @Test
  void latest_nothing_isNone() {
    assertThat(latest()).isEqualTo("none");
  }

  @Test
  void latest_checkpointsOfTwoRunsAndASavepoint_isTheNewest() throws IOException {
    snapshot("start-1/aaaa/chk-9", 9, 100);
    snapshot("start-1/savepoints/savepoint-aaaa-1", 10, 300);
    snapshot("start-1/bbbb/chk-7", 7, 200);
    assertThat(latest()).isEqualTo("start-1/savepoints/savepoint-aaaa-1");
  }

  @Test
  void latest_equallyOld_isTheHighestNumber() throws IOException {
    snapshot("start-1/aaaa/chk-9", 9, 100);
    snapshot("start-1/aaaa/chk-10", 10, 100);
    snapshot("start-1/aaaa/chk-8", 8, 100);
    assertThat(latest()).isEqualTo("start-1/aaaa/chk-10");
  }

  @Test
  void latest_halfWritten_isPassedOverWithAWarning() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    snapshot("start-1/aaaa/chk-2", 2, 200);
    Path half = root.resolve("helper/start-1/aaaa/chk-2/_metadata");
    byte[] whole = Files.readAllBytes(half);
    write("start-1/aaaa/chk-2", Arrays.copyOf(whole, whole.length / 2), 200);
    write("start-1/aaaa/chk-3", new byte[0], 300);
    Files.createDirectories(root.resolve("helper/start-1/aaaa/chk-4"));
    assertThat(latest()).isEqualTo("start-1/aaaa/chk-1");
    assertThat(warnings).hasSize(2).allMatch(warning -> warning.contains("passed over"));
  }

  @Test
  void latest_olderStart_doesNotCount() throws IOException {
    snapshot("start-9/aaaa/chk-1", 1, 900);
    snapshot("start-10/aaaa/chk-1", 1, 100);
    assertThat(latest()).isEqualTo("start-10/aaaa/chk-1");
  }

  @Test
  void begin_freshOverState_countsFromThenOn() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    Start start = start(true);
    assertThat(start.words())
        .startsWith("job helper starts fresh; it leaves behind, and no start goes on from,")
        .contains("checkpoint 1 of 1970-01-01T00:01:40Z, file:")
        .endsWith("/helper/start-1/aaaa/chk-1");
    assertThat(latest()).isEqualTo("start-1/aaaa/chk-1");
    Configuration complete = start.begin(new Configuration());
    assertThat(latest()).isEqualTo("none");
    assertThat(complete.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .endsWith("/helper/start-2");
    assertThat(complete.get(StateRecoveryOptions.SAVEPOINT_PATH)).isNull();
    // Killed before its first checkpoint, it is still the start that was asked for.
    assertThat(start(false).words()).startsWith("job helper starts fresh: no checkpoint in ");
  }

  @Test
  void begin_fromACheckpoint_takesItOver() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    Configuration complete = start(false).begin(new Configuration());
    assertThat(complete.get(StateRecoveryOptions.SAVEPOINT_PATH)).endsWith("/start-1/aaaa/chk-1");
    assertThat(complete.get(StateRecoveryOptions.RESTORE_MODE)).isEqualTo(RecoveryClaimMode.CLAIM);
  }

  @Test
  void begin_fromASavepoint_leavesItToItsOwner() throws IOException {
    snapshot("start-1/savepoints/savepoint-aaaa-1", 1, 100);
    assertThat(start(false).begin(new Configuration()).get(StateRecoveryOptions.RESTORE_MODE))
        .isEqualTo(RecoveryClaimMode.NO_CLAIM);
  }

  @Test
  void request_savepointAndFresh_isRefused() {
    assertThatThrownBy(() -> new StartRequest("helper", "", "", "", "file:/s", true))
        .hasMessage(
            "execution.state-recovery.path: found file:/s, expected none together with --fresh");
  }

  @Test
  void lock_takenTwice_isRefused() {
    String jobs = root.toUri().toString();
    try (JobLock first = JobLock.take(jobs, "helper")) {
      assertThatThrownBy(() -> JobLock.take(jobs, "helper"))
          .hasMessageStartingWith("job helper runs already: another process holds ")
          .hasMessageEndingWith("/helper/lock; stop that one first");
    }
    JobLock.take(jobs, "helper").close();
  }
}
