package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.adapter.AdapterVersions;
import io.sapflow.adapter.LocalVersionFiles;
import io.sapflow.adapter.VersionRetention;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Jobs that make versions, promote, roll back, take checkpoints and savepoints, fail, and begin
 * again at a savepoint, in random order: whatever may be gone back to finds its versions.
 */
class VersionExpiryTest {

  private static final String ADAPTER = "helper";
  private static final int KEEP = 3;
  private static final int EVENTS = 1500;

  @TempDir Path root;

  /** What a trainer knows, and a snapshot holds. */
  private record State(
      long id, long step, List<String> known, String promoted, RollbackHistory history) {}

  private SplittableRandom random;
  private AdapterVersions store;
  private int mostRetained;
  private VersionExpiry expiry;
  private State present;
  private long lastId;
  private List<State> retained;
  private List<State> savepoints;

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 1", "4, 2", "5, 2", "6, 3", "7, 3", "8, 3"})
  void whateverHappens_everyStateToGoBackTo_findsItsVersions(int seed, int checkpoints)
      throws Exception {
    random = new SplittableRandom(seed);
    store = new AdapterVersions(new LocalVersionFiles(root));
    mostRetained = checkpoints;
    retained = new ArrayList<>();
    savepoints = new ArrayList<>();
    begin(new State(0, 0, List.of(), null, RollbackHistory.NONE));
    version();
    for (int i = 0; i < EVENTS; i++) {
      event(random.nextInt(20));
      check();
    }
    int pinned = savepoints.size() * (KEEP + 1);
    assertThat(savepoints).isNotEmpty();
    // What failures left behind goes once training has come farther than they had.
    present = at(EVENTS + 1, present.known(), present.promoted());
    for (int i = 0; i < 2 * checkpoints + 2; i++) {
      present = at(present.step() + 1, present.known(), present.promoted());
      version();
      checkpoint(true);
    }
    assertThat(store.list(ADAPTER))
        .hasSizeLessThanOrEqualTo(pinned + (checkpoints + 2) * (KEEP + 1));
    assertThat(present.history().targets()).hasSizeLessThanOrEqualTo(2 * checkpoints + 4);
  }

  private void event(int kind) throws Exception {
    switch (kind) {
      case 0 -> promote();
      case 1 -> rollback();
      case 2 -> checkpoint(false);
      case 3 -> fail();
      case 4 -> {
        if (random.nextInt(10) == 0) {
          savepoint(random.nextInt(4) > 0);
        }
      }
      case 5 -> {
        if (!savepoints.isEmpty() && random.nextInt(10) == 0) {
          beginAtASavepoint();
        }
      }
      case 6, 7, 8, 9, 10 -> checkpoint(true);
      // An adapter that leaves memory between two checkpoints.
      case 11 -> save();
      default -> {
        present = at(present.step() + 1, present.known(), present.promoted());
        version();
      }
    }
  }

  private State at(long step, List<String> known, String promoted) {
    return new State(present.id(), step, known, promoted, present.history());
  }

  private void check() throws IOException {
    List<State> all = new ArrayList<>(retained);
    all.addAll(savepoints);
    all.add(present);
    List<String> there = store.list(ADAPTER);
    all.forEach(state -> assertThat(there).containsAll(state.known()));
  }

  private void begin(State state) {
    present = state;
    expiry =
        new VersionExpiry(
            new VersionRetention(new LocalVersionFiles(root), KEEP, adapterId -> null),
            new RetainedCheckpoints(mostRetained),
            state.id(),
            new VersionExpiry.Histories() {
              @Override
              public RollbackHistory get(String adapterId) {
                return present.history();
              }

              @Override
              public void put(String adapterId, RollbackHistory history) {
                present =
                    new State(
                        present.id(), present.step(), present.known(), present.promoted(), history);
              }
            });
  }

  private void version() throws IOException {
    String name = "%d-%012x".formatted(present.step(), random.nextInt(2));
    Path directory = Files.createDirectories(root.resolve(ADAPTER).resolve(name));
    Files.writeString(directory.resolve("manifest.json"), "{}");
    List<String> known = new ArrayList<>(present.known());
    known.remove(name);
    known.add(name);
    int first = Math.max(0, known.size() - KEEP);
    List<String> kept = new ArrayList<>(known.subList(first, known.size()));
    if (known.subList(0, first).contains(present.promoted())) {
      kept.add(0, present.promoted());
    }
    present = at(present.step(), kept, present.promoted());
  }

  private String anyKnown() {
    return present.known().get(random.nextInt(present.known().size()));
  }

  private static long step(String version) {
    return Long.parseLong(version.substring(0, version.indexOf('-')));
  }

  private void promote() {
    String name = anyKnown();
    List<String> known =
        present.known().stream().filter(v -> v.equals(name) || step(v) > step(name)).toList();
    present = at(present.step(), known, name);
  }

  private void rollback() {
    String name = anyKnown();
    List<String> known = present.known().stream().filter(v -> step(v) <= step(name)).toList();
    String promoted = known.contains(present.promoted()) ? present.promoted() : null;
    present = at(present.step() + 1, known, promoted);
  }

  private void save() throws Exception {
    expiry.saved(ADAPTER, present.step(), present.known());
  }

  private State snapshot() throws Exception {
    save();
    expiry.snapshot(++lastId);
    return new State(
        lastId, present.step(), present.known(), present.promoted(), present.history());
  }

  private void checkpoint(boolean completes) throws Exception {
    State state = snapshot();
    if (!completes) {
      expiry.aborted(state.id(), "pin-" + state.id());
      return;
    }
    retained.add(state);
    if (retained.size() > mostRetained) {
      retained.remove(0);
    }
    // The job may fail before it hears of it.
    if (random.nextInt(10) > 0) {
      expiry.completed(state.id());
    } else {
      fail();
    }
  }

  private void savepoint(boolean completes) throws Exception {
    State state = snapshot();
    expiry.savepoint(state.id(), "pin-" + state.id(), List.of(ADAPTER));
    if (completes) {
      savepoints.add(state);
    } else {
      expiry.aborted(state.id(), "pin-" + state.id());
    }
  }

  private void fail() {
    if (!retained.isEmpty()) {
      begin(retained.get(retained.size() - 1));
    }
  }

  /** Somebody starts a job from it; checkpoints of the one before count no more. */
  private void beginAtASavepoint() {
    retained.clear();
    begin(savepoints.get(random.nextInt(savepoints.size())));
  }
}
