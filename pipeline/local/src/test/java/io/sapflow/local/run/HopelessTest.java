package io.sapflow.local.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.model.ModelException;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.NoSuchFileException;
import org.apache.flink.runtime.jobmanager.scheduler.NoResourceAvailableException;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.junit.jupiter.api.Test;

class HopelessTest {

  private static RuntimeException around(Throwable cause) {
    return new IllegalStateException("the task failed", new RuntimeException(cause));
  }

  @Test
  void recordFileAndSetting_areFoundBelowWhatIsAroundThem() {
    for (Throwable cause :
        new Throwable[] {
          new RecordTooLargeException("3 MiB"),
          new NoSuchFileException("/model"),
          new ModelException("no weights"),
          new TopicAuthorizationException("no right"),
          new TransactionalIdAuthorizationException("no right"),
          new SaslAuthenticationException("another password"),
          new IllegalArgumentException("sapflow.job.parallelism: found 0")
        }) {
      assertThat(Hopeless.cause(around(cause))).contains(cause);
    }
  }

  @Test
  void outages_areNot() {
    assertThat(Hopeless.cause(around(new TimeoutException("no broker")))).isEmpty();
    assertThat(Hopeless.cause(around(new IOException("No space left on device")))).isEmpty();
    assertThat(Hopeless.cause(new IllegalStateException("TaskManager lost"))).isEmpty();
    assertThat(Hopeless.cause(around(new UnresolvedAddressException()))).isEmpty();
    assertThat(
            Hopeless.cause(
                around(
                    new ConfigException(
                        "No resolvable bootstrap urls given in bootstrap.servers"))))
        .isEmpty();
  }

  @Test
  void lackOfSlots_isFoundBelowWhatIsAroundIt() {
    assertThat(Hopeless.isLackOfSlots(around(new NoResourceAvailableException("no slot"))))
        .isTrue();
    assertThat(Hopeless.isLackOfSlots(around(new TimeoutException("no broker")))).isFalse();
  }
}
