package io.sapflow.job.writer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.adapter.StoreLeftovers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WriterLeaseTest {

  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path store;
  private long now;
  private Runnable meanwhile = () -> {};

  private LocalVersionFiles files() {
    return new LocalVersionFiles(store);
  }

  private WriterLease lease(String job, String line, String submission) {
    return new WriterLease(
        new StoreRegister(files(), "sapflow.adapter.store"),
        new Writer(job, line, submission),
        () -> now,
        time -> {
          now += time.toNanos();
          meanwhile.run();
        });
  }

  private WriterLease taken(String job, String line, String submission) throws IOException {
    WriterLease lease = lease(job, line, submission);
    lease.take("", WriterLease.Leftovers.NONE);
    return lease;
  }

  private static void beat(WriterLease lease) {
    try {
      lease.beat();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private long since(long start) {
    return Duration.ofNanos(now - start).toSeconds();
  }

  @Test
  void otherJob_besideALiveOne_isRefusedAndNamesIt() throws IOException {
    WriterLease live = taken("helper", "line-1", "one");
    meanwhile = () -> beat(live);
    for (WriterLease other :
        List.of(lease("other", "line-2", "two"), lease("helper", "line-3", "three"))) {
      assertThatThrownBy(() -> other.take("", WriterLease.Leftovers.NONE))
          .isInstanceOf(NotTheWriterException.class)
          .hasMessageMatching(
              "the store file:.*: found a live writer, job helper, since 20\\S+Z \\(submission one\\),"
                  + " expected none beside job (other|helper): stop that one first, or set"
                  + " sapflow.adapter.store");
    }
    live.check();
    assertThat(since(0)).isLessThan(2);
  }

  @Test
  void otherJob_afterADeadOne_waitsAndThenFencesItForGood() throws IOException {
    WriterLease dead = taken("helper", "line-1", "one");
    taken("other", "line-2", "two");
    assertThat(since(0)).isEqualTo(WriterLease.PATIENCE.toSeconds());
    // As one does that was stopped for a minute and wakes up.
    now += LONG.toNanos();
    for (Callable<?> act :
        List.<Callable<?>>of(
            () -> {
              dead.check();
              return null;
            },
            () -> {
              dead.beat();
              return null;
            },
            () -> taken("helper", "line-1", "one"))) {
      assertThatThrownBy(act::call)
          .isInstanceOf(NotTheWriterException.class)
          .hasMessageMatching(
              "the store file:.*: found a newer writer, job other, since 20\\S+Z \\(submission two\\),"
                  + " expected job helper of submission one, which ends here for good");
    }
  }

  @Test
  void sameLine_startedAgain_takesItAtOnceAndFencesTheOneBefore() throws IOException {
    WriterLease killed = taken("helper", "line-1", "one");
    WriterLease next = taken("helper", "line-1", "two");
    assertThat(since(0)).isZero();
    next.check();
    assertThatThrownBy(killed::check).isInstanceOf(NotTheWriterException.class);
    // Flink restarts the tasks of the one before: it must not take its place back.
    assertThatThrownBy(() -> taken("helper", "line-1", "one"))
        .isInstanceOf(NotTheWriterException.class);
    next.check();
  }

  @Test
  void tasksOfOneSubmission_shareIt_andFlinkMayRestartThem() throws IOException {
    WriterLease first = taken("helper", "line-1", "one");
    WriterLease second = taken("helper", "line-1", "one");
    first.beat();
    second.beat();
    first.beat();
    first.check();
    second.check();
    assertThat(since(0)).isZero();
    assertThat(files().list(StoreRegister.DIRECTORY)).containsExactly("1.json");
  }

  @Test
  void ended_isReplacedWithoutWaiting() throws IOException {
    taken("helper", "line-1", "one").end();
    taken("other", "line-2", "two").check();
    assertThat(since(0)).isZero();
  }

  @Test
  void unheardAtTheStart_isNotWaitedForAgain_unlessItSaysSomething() throws IOException {
    WriterLease holder = taken("helper", "line-1", "one");
    String unheard = lease("other", "line-2", "two").awaitFree();
    assertThat(since(0)).isEqualTo(WriterLease.PATIENCE.toSeconds());
    long before = now;
    holder.beat();
    meanwhile = () -> beat(holder);
    assertThatThrownBy(
            () -> lease("other", "line-2", "two").take(unheard, WriterLease.Leftovers.NONE))
        .isInstanceOf(NotTheWriterException.class);
    meanwhile = () -> {};
    String later = lease("other", "line-2", "two").awaitFree();
    before = now;
    lease("other", "line-2", "two").take(later, WriterLease.Leftovers.NONE);
    assertThat(since(before)).isZero();
  }

  @Test
  void stalledHolder_waking_changesNothingInTheStoreAnyMore() throws IOException {
    WriterLease stalled = taken("helper", "line-1", "one");
    FencedFiles old = new FencedFiles(files(), stalled);
    old.replace("helper/promoted", new byte[] {1});
    taken("other", "line-2", "two");
    for (Callable<?> write :
        List.<Callable<?>>of(
            () -> {
              old.replace("helper/promoted", new byte[] {2});
              return null;
            },
            () -> {
              old.delete("helper/promoted");
              return null;
            },
            () -> {
              old.create("helper/.x/a").close();
              old.rename("helper/.x", "helper/x");
              return null;
            },
            () -> old.createNew("helper/new", new byte[] {2}))) {
      assertThatThrownBy(write::call).isInstanceOf(NotTheWriterException.class);
    }
    assertThat(store.resolve("helper/promoted")).hasBinaryContent(new byte[] {1});
    assertThat(files().list("helper")).containsExactly(".x", "promoted");
  }

  @Test
  void manyAtTheSameMoment_oneBecomesTheWriter() throws Exception {
    int many = 8;
    CyclicBarrier together = new CyclicBarrier(many);
    ExecutorService threads = Executors.newFixedThreadPool(many);
    try {
      List<Future<Boolean>> took = new ArrayList<>();
      for (int i = 0; i < many; i++) {
        StoreRegister register = new StoreRegister(files(), "sapflow.adapter.store");
        WriterEntry mine = WriterEntry.after(null, new Writer("job-" + i, "line-" + i, "s" + i));
        took.add(
            threads.submit(
                () -> {
                  together.await();
                  return register.write(null, mine);
                }));
      }
      int winners = 0;
      for (Future<Boolean> each : took) {
        winners += each.get() ? 1 : 0;
      }
      assertThat(winners).isOne();
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  void entry_halfWritten_isWaitedForLikeAnyOther() throws IOException {
    Files.createDirectories(store.resolve(".writer"));
    Files.writeString(store.resolve(".writer/7.json"), "{\"generation\": 7, \"jo");
    taken("other", "line-2", "two").check();
    assertThat(since(0)).isEqualTo(WriterLease.PATIENCE.toSeconds());
    assertThat(files().list(".writer")).containsExactly("7.json", "8.json");
  }

  @Test
  void generations_areNotKeptForEver_butFencedOnesStayFenced() throws IOException {
    WriterLease first = taken("helper", "line-1", "s0");
    for (int i = 1; i < 20; i++) {
      taken("helper", "line-1", "s" + i);
    }
    assertThat(files().list(".writer")).hasSizeLessThan(10).contains("20.json");
    assertThatThrownBy(first::check).isInstanceOf(NotTheWriterException.class);
    assertThatThrownBy(() -> taken("helper", "line-1", "s0"))
        .isInstanceOf(NotTheWriterException.class);
  }

  @Test
  void leftovers_areSweptByTheNewWriter_andNotByItsOtherTasks() throws IOException {
    Path version = store.resolve("helper/.20-0123456789ab.00000000-0000-0000-0000-000000000000");
    Path pointer = store.resolve("helper/promoted.00000000-0000-0000-0000-000000000001");
    Path own = store.resolve("helper/.40-0123456789ab.00000000-0000-0000-0000-000000000002");
    Files.createDirectories(version);
    Files.writeString(version.resolve("adapter_config.json"), "{}");
    Files.writeString(pointer, "{}");
    Files.writeString(store.resolve("helper/promoted"), "{}");
    StoreLeftovers leftovers = new StoreLeftovers(files());
    WriterLease.Leftovers sweeping =
        new WriterLease.Leftovers() {
          @Override
          public void note() throws IOException {
            leftovers.note();
            Files.createDirectories(own);
          }

          @Override
          public void sweep() throws IOException {
            leftovers.sweep();
          }
        };
    lease("helper", "line-1", "one").take("", sweeping);
    assertThat(version).doesNotExist();
    assertThat(pointer).doesNotExist();
    assertThat(own).exists();
    Files.createDirectories(version);
    lease("helper", "line-1", "one").take("", sweeping);
    assertThat(version).exists();
    assertThat(store.resolve("helper/promoted")).exists();
  }
}
