package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import org.apache.flink.configuration.Configuration;
import org.junit.jupiter.api.Test;

class MetricsPortTest {

  @Test
  void requireFree_taken_isRefusedInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> new MetricsPort(taken.getLocalPort()).requireFree())
          .isInstanceOf(StackException.class)
          .hasMessage(
              "sapflow.metrics.prometheus-port: found port "
                  + taken.getLocalPort()
                  + " of 127.0.0.1 taken or not allowed (Address already in use), expected a free"
                  + " one");
    }
  }

  @Test
  void requireFree_none_looksNowhere() {
    assertThatCode(() -> new MetricsPort(0).requireFree()).doesNotThrowAnyException();
  }

  @Test
  void reported_none_addsNothing_anyElse_aReporterOnLoopback() {
    Configuration flink = new Configuration();
    flink.setString("rest.bind-port", "8081");
    assertThat(new MetricsPort(0).reported(flink)).isEqualTo(flink);
    assertThat(new MetricsPort(9249).reported(flink).toMap())
        .containsEntry("rest.bind-port", "8081")
        .containsEntry("metrics.reporter.sapflow.host", "127.0.0.1")
        .containsEntry("metrics.reporter.sapflow.port", "9249");
  }
}
