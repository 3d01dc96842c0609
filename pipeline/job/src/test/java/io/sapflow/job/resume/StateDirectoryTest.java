package io.sapflow.job.resume;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.schema.TopicNames;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
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
    return new StateDirectory(new org.apache.flink.core.fs.Path(root.toUri()), "helper");
  }

  private StartRequest request(String savepoint, boolean fresh) {
    return request(TopicNames.DEFAULT, savepoint, fresh);
  }

  private StartRequest request(TopicNames topics, String savepoint, boolean fresh) {
    return request("helper", null, topics, savepoint, fresh);
  }

  private StartRequest request(
      String job, String formerly, TopicNames topics, String savepoint, boolean fresh) {
    return new StartRequest(
        job,
        formerly,
        KafkaClients.at("127.0.0.1:1"),
        topics,
        "sapflow-" + job,
        Duration.ofMinutes(14),
        root.toUri().toString(),
        savepoint,
        fresh,
        null);
  }

  /** A start that begins anew or at a savepoint, known by a word or by that savepoint. */
  private Start once(String savepoint, String once) {
    StartRequest plain = request(savepoint, savepoint == null);
    StartRequest request =
        new StartRequest(
            plain.job(),
            plain.formerly(),
            plain.kafka(),
            plain.topics(),
            plain.transactionalIdPrefix(),
            plain.transactionTimeout(),
            plain.root(),
            plain.savepoint(),
            plain.fresh(),
            once);
    return Start.find(request, warnings::add, asked -> Optional.of("committed transactions"));
  }

  private String directory(Start start) {
    String directory = begin(start).get(CheckpointingOptions.CHECKPOINTS_DIRECTORY);
    return directory.substring(directory.lastIndexOf('/') + 1);
  }

  /** With brokers that know of an earlier run, or do not. */
  private Start start(boolean fresh, boolean ranBefore) {
    return Start.find(
        request(null, fresh),
        warnings::add,
        asked ->
            ranBefore ? Optional.of("offsets of the consumer group helper") : Optional.empty());
  }

  /** With state on disk, no broker is asked. */
  private Start start(boolean fresh) {
    return Start.find(request(null, fresh), warnings::add);
  }

  private static Configuration begin(Start start) {
    Configuration complete = start.complete(new Configuration());
    start.begin();
    return complete;
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
  void latest_timesOfACopy_isStillTheHighestNumber() throws IOException {
    snapshot("start-1/aaaa/chk-9", 9, 300);
    snapshot("start-1/bbbb/chk-10", 10, 100);
    snapshot("start-1/savepoints/savepoint-aaaa-1", 8, 400);
    assertThat(latest()).isEqualTo("start-1/bbbb/chk-10");
  }

  @Test
  void latest_sameNumber_isTheNewer() throws IOException {
    snapshot("start-1/aaaa/chk-10", 10, 100);
    snapshot("start-1/bbbb/chk-10", 10, 300);
    snapshot("start-1/cccc/chk-10", 10, 200);
    assertThat(latest()).isEqualTo("start-1/bbbb/chk-10");
  }

  @Test
  void latest_withoutMetadataOrWithNone_isPassedOver() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    write("start-1/aaaa/chk-2", new byte[0], 200);
    Files.createDirectories(root.resolve("helper/start-1/aaaa/chk-3"));
    assertThat(latest()).isEqualTo("start-1/aaaa/chk-1");
  }

  @Test
  void latest_damaged_isRefusedInsteadOfAnOlderOne() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    snapshot("start-1/aaaa/chk-2", 2, 200);
    Path damaged = root.resolve("helper/start-1/aaaa/chk-2/_metadata");
    byte[] whole = Files.readAllBytes(damaged);
    write("start-1/aaaa/chk-2", Arrays.copyOf(whole, whole.length / 2), 200);
    assertThatThrownBy(() -> start(false))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(
            "/helper/start-1/aaaa/chk-2/_metadata: cannot be read, and may be of the newest"
                + " checkpoint: ")
        .hasMessageEndingWith(
            "make it readable, or delete it to go on from the one before, or name where to begin"
                + " with -Dexecution.state-recovery.path=URI");
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
    Configuration complete = start.complete(new Configuration());
    // Nothing is given up before the job can be handed over.
    assertThat(latest()).isEqualTo("start-1/aaaa/chk-1");
    start.begin();
    assertThat(latest()).isEqualTo("none");
    assertThat(complete.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .endsWith("/helper/start-2");
    assertThat(complete.get(StateRecoveryOptions.SAVEPOINT_PATH)).isNull();
    assertThat(complete.get(Start.LATER_ORDERS_ONLY)).isTrue();
  }

  @Test
  void find_stateOfOtherTopics_isRefused_alsoOfASavepoint() throws IOException {
    begin(start(false, false));
    snapshot("start-1/aaaa/chk-1", 1, 100);
    TopicNames others = others();
    String savepoint = root.resolve("helper/start-1/savepoints/savepoint-1").toUri().toString();
    for (StartRequest request :
        List.of(request(others, null, false), request(others, savepoint, false))) {
      assertThatThrownBy(() -> Start.find(request, warnings::add))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageMatching(
              "sapflow.topics.examples: found team-a.examples.v1, expected sapflow.examples.v1, as"
                  + " what file:\\S+/helper/start-1 holds goes on with; a job of its own has"
                  + " another sapflow.job.name, and --fresh begins anew on other topics");
    }
    begin(Start.find(request(others, null, true), warnings::add, asked -> Optional.empty()));
    snapshot("start-2/aaaa/chk-2", 2, 200);
    assertThat(Start.find(request(others, null, false), warnings::add).words())
        .contains("goes on from checkpoint 2");
    assertThatThrownBy(() -> start(false))
        .hasMessageStartingWith(
            "sapflow.topics.examples: found sapflow.examples.v1, expected team-a.examples.v1");
  }

  /** As before there were holds. */
  @Test
  void find_stateThatKnowsFewerTopics_goesOnWithTheOthersNames() throws IOException {
    begin(Start.find(request(others(), null, true), warnings::add, asked -> Optional.empty()));
    Path marker = root.resolve("helper/start-1/_started");
    Files.writeString(marker, Files.readString(marker).replace(" team-a.holds.v1", ""));
    snapshot("start-1/aaaa/chk-1", 1, 100);
    assertThat(Start.find(request(others(), null, false), warnings::add).words())
        .contains("goes on from checkpoint 1");
    assertThatThrownBy(() -> start(false))
        .hasMessageStartingWith(
            "sapflow.topics.examples: found sapflow.examples.v1, expected team-a.examples.v1");
  }

  private static TopicNames others() {
    return TopicNames.naming(topic -> TopicNames.prefixed("team-a.", topic));
  }

  @Test
  void find_savepointOutsideTheRoot_isHeldToTheTopicsBesideIt(@TempDir Path elsewhere)
      throws IOException {
    begin(start(false, false));
    Path copy = Files.createDirectories(elsewhere.resolve("start-1/savepoints/savepoint-1"));
    Files.copy(root.resolve("helper/start-1/_started"), copy.resolve("../../_started").normalize());
    for (String savepoint : List.of(copy.toUri().toString(), copy.toUri() + "_metadata")) {
      assertThat(Start.find(request(savepoint, false), warnings::add).words())
          .contains("goes on from " + savepoint);
      assertThatThrownBy(() -> Start.find(request(others(), savepoint, false), warnings::add))
          .hasMessageStartingWith(
              "sapflow.topics.examples: found team-a.examples.v1, expected sapflow.examples.v1");
    }
  }

  @Test
  void find_savepointWhereNothingTellsItsTopics_goesOn() {
    for (String savepoint :
        List.of("file:/s", "/no/such/savepoint-1", "nothing://bucket/a/b/c", "savepoint-1")) {
      assertThat(Start.find(request(others(), savepoint, false), warnings::add).words())
          .isEqualTo("job helper goes on from " + savepoint);
    }
  }

  @Test
  void find_topicsCorrectedBeforeTheFirstCheckpoint_beginsWithThem() throws IOException {
    begin(start(false, false));
    Start start =
        Start.find(request(others(), null, false), warnings::add, asked -> Optional.empty());
    assertThat(begin(start).get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .endsWith("/helper/start-2");
    snapshot("start-2/aaaa/chk-1", 1, 100);
    assertThat(Start.find(request(others(), null, false), warnings::add).words())
        .contains("goes on from checkpoint 1");
  }

  @Test
  void find_renamedWithoutItsState_isRefused() {
    StartRequest request = request("renamed", "helper", TopicNames.DEFAULT, null, false);
    assertThatThrownBy(
            () ->
                Start.find(
                    request,
                    warnings::add,
                    asked ->
                        asked.job().equals("helper")
                            ? Optional.of(
                                "committed transactions of " + asked.transactionalIdPrefix())
                            : Optional.empty()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "execution.state-recovery.path: found none, expected a savepoint of job helper, which"
                + " job renamed was before: the brokers know committed transactions of"
                + " sapflow-helper; --fresh begins anew and leaves its adapters behind");
    assertThat(Start.find(request, warnings::add, asked -> Optional.empty()).words())
        .contains("job renamed starts fresh");
  }

  @Test
  void find_markerOfAStartBeforeTopicsHadOtherNames_isOfTheUsualOnes() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    Files.writeString(root.resolve("helper/start-1/_started"), "2026-11-01T00:00:00Z\nline\n");
    assertThat(start(false).words()).contains("goes on from checkpoint 1");
  }

  @Test
  void find_stateVanishedOrNeverCompleted_isRefused() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    begin(start(true));
    assertThatThrownBy(() -> start(false, true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageMatching(
            "sapflow.checkpoints: found no checkpoint in file:.*/helper/start-2, expected one,"
                + " because job helper has run before: the brokers know offsets of the consumer"
                + " group helper; --fresh begins anew and leaves its adapters behind, and must be"
                + " said again if a fresh start ended before its first checkpoint");
    assertThat(begin(start(true, true)).get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .endsWith("/helper/start-3");
  }

  @Test
  void find_firstStartThatCommittedNothing_justStarts() {
    begin(start(false, false));
    Start again = start(false, false);
    assertThat(again.words()).startsWith("job helper starts fresh: no checkpoint in ");
    Configuration complete = begin(again);
    assertThat(complete.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .endsWith("/helper/start-1");
    assertThat(complete.get(Start.LATER_ORDERS_ONLY)).isFalse();
  }

  @Test
  void complete_freshWhereNothingRan_hearsOrdersOfBefore() {
    Configuration complete = start(true, false).complete(new Configuration());
    assertThat(complete.get(Start.LATER_ORDERS_ONLY)).isFalse();
    complete = start(true, true).complete(new Configuration());
    assertThat(complete.get(Start.LATER_ORDERS_ONLY)).isTrue();
  }

  @Test
  void begin_fromANamedSnapshot_isALineOfItsOwn() throws IOException {
    snapshot("start-1/aaaa/chk-9", 9, 100);
    Start start = Start.find(request("file:/old/chk-1", false), warnings::add);
    assertThat(start.words()).isEqualTo("job helper goes on from file:/old/chk-1");
    assertThat(begin(start).get(CheckpointingOptions.CHECKPOINTS_DIRECTORY))
        .endsWith("/helper/start-2");
    snapshot("start-2/bbbb/chk-2", 2, 200);
    assertThat(latest()).isEqualTo("start-2/bbbb/chk-2");
  }

  @Test
  void find_oldCheckpoint_warnsOfOutput() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, System.currentTimeMillis() / 1000 - 13 * 60);
    start(false);
    assertThat(warnings).isEmpty();
    snapshot("start-1/aaaa/chk-2", 2, System.currentTimeMillis() / 1000 - 15 * 60);
    start(false);
    assertThat(warnings)
        .containsExactly(
            "job helper: checkpoint 2 is older than sapflow.kafka.transaction-timeout: if the"
                + " brokers ran on meanwhile, output of its last interval may be missing on the"
                + " topics; adapters are right");
    snapshot("start-1/savepoints/savepoint-aaaa-1", 3, 100);
    start(false);
    assertThat(warnings).hasSize(1);
  }

  @Test
  void begin_fromACheckpoint_takesItOver() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    Configuration complete = begin(start(false));
    assertThat(complete.get(StateRecoveryOptions.SAVEPOINT_PATH)).endsWith("/start-1/aaaa/chk-1");
    assertThat(complete.get(StateRecoveryOptions.RESTORE_MODE)).isEqualTo(RecoveryClaimMode.CLAIM);
  }

  @Test
  void begin_fromASavepoint_leavesItToItsOwner() throws IOException {
    snapshot("start-1/savepoints/savepoint-aaaa-1", 1, 100);
    assertThat(begin(start(false)).get(StateRecoveryOptions.RESTORE_MODE))
        .isEqualTo(RecoveryClaimMode.NO_CLAIM);
  }

  @Test
  void request_savepointAndFresh_isRefused() {
    assertThatThrownBy(() -> request("file:/s", true))
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

  @Test
  void line_isOfAStartAndOfAllThatGoOnFromIt_andOfNoOther() throws IOException {
    String first = begin(start(false, false)).get(Start.LINE);
    snapshot("start-1/aaaa/chk-1", 1, 100);
    assertThat(begin(start(false)).get(Start.LINE)).isEqualTo(first);
    assertThat(begin(start(true, true)).get(Start.LINE)).isNotEqualTo(first).isNotEmpty();
  }

  @Test
  void line_ofAStartThatBeganBeforeThereWereLines_staysTheSame() throws IOException {
    snapshot("start-1/aaaa/chk-1", 1, 100);
    Files.writeString(root.resolve("helper/start-1/_started"), "2026-11-01T00:00:00Z\n");
    String line = begin(start(false)).get(Start.LINE);
    assertThat(line).endsWith("start-1 2026-11-01T00:00:00Z");
    assertThat(begin(start(false)).get(Start.LINE)).isEqualTo(line);
  }

  @Test
  void find_freshWithTheSameWord_goesOn_andBeginsAgainOnlyWithAnother() throws IOException {
    snapshot("start-1/aaaa/chk-9", 9, 100);
    Start first = once(null, "a");
    assertThat(first.words()).contains(" starts fresh; it leaves behind").contains("/chk-9");
    assertThat(directory(first)).isEqualTo("start-2");
    // Nothing to go on from: the same beginning once more.
    Configuration again = begin(once(null, "a"));
    assertThat(again.get(CheckpointingOptions.CHECKPOINTS_DIRECTORY)).endsWith("/start-2");
    assertThat(again.get(Start.LINE))
        .isEqualTo(first.complete(new Configuration()).get(Start.LINE));
    snapshot("start-2/bbbb/chk-3", 3, 200);
    Start third = once(null, "a");
    assertThat(third.words())
        .startsWith("job helper goes on from checkpoint 3 of ")
        .endsWith(
            "/start-2/bbbb/chk-3; sapflow.start.once=a has begun anew before, in start-2, another"
                + " word begins again");
    Configuration complete = begin(third);
    assertThat(complete.get(StateRecoveryOptions.SAVEPOINT_PATH)).endsWith("/bbbb/chk-3");
    assertThat(complete.get(Start.LATER_ORDERS_ONLY)).isFalse();
    assertThat(directory(once(null, "b"))).isEqualTo("start-3");
    snapshot("start-3/cccc/chk-1", 1, 300);
    // A word counts once, whatever began since.
    assertThat(once(null, "a").words())
        .contains(" goes on from checkpoint 1 of ")
        .endsWith(
            "sapflow.start.once=a has begun anew before, in start-2, another word begins again");
  }

  @Test
  void find_savepointOfBefore_goesOn_andCanBeGoneBackTo() throws IOException {
    String first = "file:/old/savepoint-1";
    assertThat(directory(once(first, first))).isEqualTo("start-1");
    assertThat(directory(once(first, first))).isEqualTo("start-1");
    snapshot("start-1/aaaa/chk-7", 7, 100);
    Start again = once(first, first);
    assertThat(again.words())
        .startsWith("job helper goes on from checkpoint 7 of ")
        .endsWith(
            "/chk-7; it has begun at file:/old/savepoint-1 before, in start-1, and begins there"
                + " again with a sapflow.start.once");
    assertThat(begin(again).get(StateRecoveryOptions.SAVEPOINT_PATH)).endsWith("/aaaa/chk-7");
    assertThat(directory(once("file:/old/savepoint-2", "file:/old/savepoint-2")))
        .isEqualTo("start-2");
    snapshot("start-2/bbbb/chk-8", 8, 200);
    assertThat(once(first, first).words()).isEqualTo("job helper goes on from " + first);
    assertThat(directory(once(first, "a"))).isEqualTo("start-3");
    snapshot("start-3/cccc/chk-2", 2, 300);
    assertThat(once(first, "a").words())
        .endsWith(
            "; sapflow.start.once=a has begun at file:/old/savepoint-1 before, in start-3, another"
                + " word begins again");
  }

  @Test
  void find_savepointThatIsNew_doesNotReadWhatIsDamaged() throws IOException {
    write("start-1/aaaa/chk-2", new byte[] {1}, 200);
    assertThat(once("file:/s", "file:/s").words()).isEqualTo("job helper goes on from file:/s");
  }
}
