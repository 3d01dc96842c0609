package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class TurnsTest {

  private Turns turns = new Turns(0);
  private final Set<String> served = new HashSet<>();

  private void wait(String... ids) {
    for (String id : ids) {
      turns.waits(id, served.contains(id));
    }
  }

  /** Turns of so much work each; who had one waits again. */
  private List<String> take(int count, long work) {
    List<String> had = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String id = turns.next();
      had.add(id);
      turns.took(id, work);
      wait(id);
    }
    return had;
  }

  @Test
  void equals_takeTurns() {
    wait("a", "b", "c");
    assertThat(take(6, 5)).containsExactly("a", "b", "c", "a", "b", "c");
  }

  @Test
  void shares_areOfWork_notOfTurns() {
    wait("long", "short");
    long longs = 0;
    long shorts = 0;
    for (int i = 0; i < 1000; i++) {
      String id = turns.next();
      long work = id.equals("long") ? 30 : 1;
      longs += id.equals("long") ? work : 0;
      shorts += id.equals("long") ? 0 : work;
      turns.took(id, work);
      wait(id);
    }
    assertThat(shorts).isBetween(longs - 30, longs + 30);
  }

  @Test
  void newAdapters_haveHalf_howeverManyTheyAre() {
    served.add("a");
    wait("a");
    for (int i = 0; i < 600; i++) {
      wait("new-" + i);
    }
    List<String> had = take(400, 10);
    assertThat(Collections.frequency(had, "a")).isEqualTo(200);
    assertThat(new HashSet<>(had)).hasSize(201);
  }

  @Test
  void adapterThatRested_isNextButOne_andHasSavedNothingUp() {
    served.add("a");
    served.add("flood");
    wait("flood", "new");
    take(50, 10);
    wait("a");
    List<String> had = take(30, 10);
    assertThat(had.indexOf("a")).isLessThanOrEqualTo(2);
    assertThat(Collections.frequency(had, "a")).isBetween(7, 9);
    assertThat(Collections.frequency(had, "flood")).isBetween(6, 8);
  }

  @Test
  void adapterThatRestsNowAndThen_isNextEachTime_besideNewOnes() {
    served.add("a");
    isNextEachTime("new-1", "new-2");
  }

  @Test
  void adapterThatRestsNowAndThen_isNextEachTime_besideAFlood() {
    served.addAll(List.of("a", "flood"));
    isNextEachTime("flood");
  }

  private void isNextEachTime(String... others) {
    turns = new Turns(30);
    wait(others);
    take(50, 10);
    for (int i = 0; i < 20; i++) {
      wait("a");
      assertThat(turns.next()).isEqualTo("a");
      turns.took("a", 10);
      take(3, 10);
    }
  }

  @Test
  void newAdapters_haveNoLead_andAGroupsLeadIsBounded() {
    turns = new Turns(30);
    served.add("a");
    wait("a");
    take(10, 10);
    wait("new");
    assertThat(take(40, 10).stream().filter("a"::equals).count()).isBetween(20L, 24L);
  }

  @Test
  void adapterThatIsServedFromNowOn_leavesTheNewOnes() {
    wait("a", "b", "c");
    served.add("c");
    wait("c");
    assertThat(take(4, 1)).containsExactly("a", "c", "b", "c");
    served.remove("c");
    wait("c");
    assertThat(take(3, 1)).doesNotHaveDuplicates();
  }

  @Test
  void work_thatIsKnownLater_countsForWhoWaitsAgainAlready() {
    wait("a", "b");
    assertThat(turns.next()).isEqualTo("a");
    wait("a");
    turns.took("a", 10);
    assertThat(take(3, 4)).containsExactly("b", "b", "b");
  }

  /** Nobody waits for ever, whatever the work and whoever comes and goes. */
  @Test
  void everyone_whoWaits_getsATurn() {
    SplittableRandom random = new SplittableRandom(1);
    for (int round = 0; round < 200; round++) {
      for (int i = 0; i < 20; i++) {
        String id = "a-" + random.nextInt(40);
        if (random.nextInt(10) == 0) {
          served.add(id);
        }
        wait(id);
      }
      int waiting = turns.size();
      Set<String> had = new HashSet<>();
      for (int i = 0; i < waiting; i++) {
        String id = turns.next();
        had.add(id);
        turns.took(id, 1 + random.nextInt(50));
      }
      assertThat(had).doesNotContainNull().hasSize(waiting);
      assertThat(turns.next()).isNull();
    }
  }
}
