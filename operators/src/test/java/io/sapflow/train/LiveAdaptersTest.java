package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class LiveAdaptersTest {

  private final List<String> log = new ArrayList<>();
  private long now;

  private final class Adapter implements AutoCloseable {
    private final String id;
    private long heapBytes;

    Adapter(String id) {
      this.id = id;
    }

    @Override
    public void close() {
      log.add("close " + id);
    }
  }

  private LiveAdapters<Adapter> live(int most, long idleMillis) {
    return new LiveAdapters<>(
        most,
        idleMillis,
        () -> now,
        100,
        adapter -> adapter.heapBytes,
        new LiveAdapters.Saved<>() {
          @Override
          public Adapter load(String adapterId) {
            log.add("load " + adapterId);
            return new Adapter(adapterId);
          }

          @Override
          public void save(String adapterId, Adapter adapter) {
            assertThat(adapter.id).isEqualTo(adapterId);
            log.add("save " + adapterId);
          }

          @Override
          public void left(String adapterId) {
            log.add("left " + adapterId);
          }
        });
  }

  private void heard(String... lines) {
    assertThat(log).containsExactly(lines);
    log.clear();
  }

  @Test
  void use_overBudget_savesAndClosesTheLeastRecentlyUsedFirst() throws Exception {
    LiveAdapters<Adapter> live = live(2, 1000);
    live.use("a");
    live.use("b");
    live.use("a");
    heard("load a", "load b");
    live.use("c");
    heard("save b", "close b", "left b", "load c");
    assertThat(live.ids()).containsExactly("a", "c");
    live.use("b");
    heard("save a", "close a", "left a", "load b");
  }

  @Test
  void use_budgetOfOne_keepsTheOneInUse() throws Exception {
    LiveAdapters<Adapter> live = live(1, 0);
    live.use("a");
    live.use("a");
    live.use("b");
    heard("load a", "save a", "close a", "left a", "load b");
  }

  @Test
  void use_beyondTheHeapsBudget_savesAndClosesTheLeastRecentlyUsedFirst() throws Exception {
    LiveAdapters<Adapter> live = live(5, 1000);
    live.use("a").heapBytes = 60;
    live.use("b").heapBytes = 30;
    live.use("c").heapBytes = 10;
    heard("load a", "load b", "load c");
    live.use("d");
    heard("load d");
    live.use("c").heapBytes = 11;
    heard();
    live.use("d");
    heard("save a", "close a", "left a");
    // One alone may take more, until it has been used.
    live.use("e").heapBytes = 1000;
    heard("load e");
    live.use("e");
    heard(
        "save b", "close b", "left b", "save c", "close c", "left c", "save d", "close d",
        "left d");
    live.use("f");
    heard("load f", "save e", "close e", "left e");
  }

  @Test
  void saveAll_onlyThoseUsedSince() throws Exception {
    LiveAdapters<Adapter> live = live(3, 1000);
    live.use("a");
    live.use("b");
    live.saveAll();
    heard("load a", "load b", "save a", "save b");
    live.use("b");
    live.saveAll();
    heard("save b");
    live.use("c");
    live.use("d");
    heard("load c", "close a", "left a", "load d");
  }

  @Test
  void saveAll_idle_letsGoOfThemSaved() throws Exception {
    LiveAdapters<Adapter> live = live(3, 100);
    live.use("a");
    now = 60;
    live.use("b");
    now = 100;
    live.saveAll();
    heard("load a", "load b", "save a", "save b", "close a", "left a");
    now = 160;
    live.saveAll();
    heard("close b", "left b");
    assertThat(live.ids()).isEmpty();
  }

  @Test
  void close_closesWithoutSaving() throws Exception {
    LiveAdapters<Adapter> live = live(3, 100);
    live.use("a");
    live.close();
    live.close();
    heard("load a", "close a");
  }
}
