package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RollbackHistoryTest {

  private static final RollbackHistory THREE =
      RollbackHistory.NONE
          .with(2, 20, List.of("a"))
          .with(5, 50, List.of("a", "b"))
          .with(7, 70, List.of("c"));

  @Test
  void needed_byARetainedCheckpoint_isItsOwnAndAllLaterOnes() {
    assertThat(THREE.needed(1)).isNull();
    assertThat(THREE.needed(2)).isEqualTo(new RollbackHistory.Needed(20, Set.of("a", "b", "c")));
    assertThat(THREE.needed(6)).isEqualTo(new RollbackHistory.Needed(50, Set.of("a", "b", "c")));
    assertThat(THREE.needed(7)).isEqualTo(new RollbackHistory.Needed(70, Set.of("c")));
  }

  @Test
  void since_oldestRetained_forgetsWhatItDoesNotNeed() {
    assertThat(THREE.since(OptionalLong.empty())).isEqualTo(THREE);
    assertThat(THREE.since(OptionalLong.of(1))).isEqualTo(THREE);
    RollbackHistory two = THREE.since(OptionalLong.of(6));
    assertThat(two.targets()).hasSize(2);
    assertThat(two.needed(6)).isEqualTo(THREE.needed(6));
    assertThat(two.changesAfter(6)).isTrue();
    assertThat(two.changesAfter(7)).isFalse();
  }

  @Test
  void with_theSameVersions_keepsTheEarlierStep() {
    assertThat(THREE.with(9, 90, List.of("c"))).isEqualTo(THREE);
  }

  @Test
  void with_twiceBeforeACheckpoint_needsBoth() {
    RollbackHistory evicted = THREE.with(7, 71, List.of("d"));
    assertThat(evicted.needed(7)).isEqualTo(new RollbackHistory.Needed(70, Set.of("c", "d")));
    assertThat(evicted.with(8, 80, List.of("d")).needed(8))
        .isEqualTo(new RollbackHistory.Needed(80, Set.of("d")));
  }

  @Test
  void book_readAgain_isTheSame() {
    assertThat(RollbackHistory.of(THREE.toBook())).isEqualTo(THREE);
    assertThat(THREE.latest()).containsExactly("c");
    assertThat(RollbackHistory.NONE.latest()).isEmpty();
  }
}
