package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;

import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.junit.jupiter.api.Test;

class ReportedFailureTest {

  private static final String TRACE =
      """
      java.lang.RuntimeException: One or more fetchers have encountered exception
      \tat org.apache.flink.connector.base.source.reader.fetcher.SplitFetcherManager.checkErrors(SplitFetcherManager.java:361)
      Caused by: java.lang.RuntimeException: SplitFetcher thread 0 received unexpected exception
      more of the message
      \tat java.base/java.lang.Thread.run(Thread.java:840)
      \t... 1 more
      Caused by: org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access topics: [sapflow.examples.v1]
      """;

  @Test
  void of_stackTrace_isTheChainOfItsCauses() {
    ReportedFailure failure = ReportedFailure.of(TRACE);
    assertThat(failure)
        .hasToString("java.lang.RuntimeException: One or more fetchers have encountered exception");
    ReportedFailure root = (ReportedFailure) failure.getCause().getCause();
    assertThat(root)
        .hasToString(
            "org.apache.kafka.common.errors.TopicAuthorizationException: Not authorized to access"
                + " topics: [sapflow.examples.v1]")
        .hasNoCause();
    assertThat(root.isOf(TopicAuthorizationException.class)).isTrue();
    assertThat(root.isOf(AuthorizationException.class)).isTrue();
    assertThat(root.isOf(KafkaException.class)).isTrue();
    assertThat(root.isOf(IllegalArgumentException.class)).isFalse();
  }

  @Test
  void of_unknownTypeWithoutMessage_isOfNone() {
    ReportedFailure failure = ReportedFailure.of("com.example.Odd\n\tat com.example.Odd.f(O.java)");
    assertThat(failure).hasToString("com.example.Odd").hasMessage(null);
    assertThat(failure.isOf(Throwable.class)).isFalse();
  }

  @Test
  void of_noStackTrace_isNone() {
    assertThat(ReportedFailure.of("(no text)")).isNull();
  }
}
