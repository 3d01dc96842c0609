package io.sapflow.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RetainedCheckpointsTest {

  @Test
  void oldest_untilAsManyHaveCompletedAsAreRetained_isNotKnown() {
    RetainedCheckpoints retained = new RetainedCheckpoints(2);
    assertThat(retained.oldest()).isEmpty();
    retained.completed(3);
    assertThat(retained.oldest()).isEmpty();
    retained.completed(5);
    assertThat(retained.oldest()).isEqualTo(OptionalLong.of(3));
    retained.completed(6);
    assertThat(retained.oldest()).isEqualTo(OptionalLong.of(5));
  }

  @Test
  void savepoint_completed_takesNoCheckpointsPlace() {
    RetainedCheckpoints retained = new RetainedCheckpoints(1);
    retained.completed(3);
    retained.savepoint(4);
    retained.completed(4);
    assertThat(retained.oldest()).isEqualTo(OptionalLong.of(3));
  }

  @Test
  void aborted_savepointsAlone_areSaidToBeOnes() {
    RetainedCheckpoints retained = new RetainedCheckpoints(1);
    retained.savepoint(4);
    assertThat(retained.aborted(3)).isFalse();
    assertThat(retained.aborted(4)).isTrue();
    assertThat(retained.aborted(4)).isFalse();
  }
}
