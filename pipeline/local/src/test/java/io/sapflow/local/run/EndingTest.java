package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.kafka.StackException;
import org.junit.jupiter.api.Test;

class EndingTest {

  @Test
  void of_jobThatCannotBeCancelled_isStillOfItsCause() {
    StackException cause = new StackException("job helper failed: no such topic");
    StackException told =
        Ending.of(
            cause,
            () -> {
              throw new StackException("job helper has not ended within 60 s");
            });
    assertThat(told).isSameAs(cause);
    assertThat(told.getSuppressed())
        .singleElement()
        .satisfies(each -> assertThat(each).hasMessage("job helper has not ended within 60 s"));
  }
}
