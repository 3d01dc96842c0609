package io.sapflow.local.stack;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Addresses at which no Flink stands that would take the job. */
@Timeout(30)
class RemoteClusterIT {

  private static void look(int port) {
    Configuration configuration = new Configuration();
    configuration.set(RestOptions.ADDRESS, "127.0.0.1");
    configuration.set(RestOptions.PORT, port);
    try (RemoteCluster cluster = RemoteCluster.at(configuration)) {
      cluster.requireSameFlink();
    }
  }

  private static HttpServer answering(String body) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/",
        exchange -> {
          byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, bytes.length);
          exchange.getResponseBody().write(bytes);
          exchange.close();
        });
    server.start();
    return server;
  }

  @Test
  void nobodyThere_isToldWithTheAddress() {
    int port = FreePorts.next();
    assertThatThrownBy(() -> look(port))
        .isInstanceOf(StackException.class)
        .hasMessageMatching(
            "no Flink cluster answers at http://127.0.0.1:" + port + ": .*Connection refused.*");
  }

  @Test
  void silentServer_isToldWithTheAddress() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(() -> look(silent.getLocalPort()))
          .isInstanceOf(StackException.class)
          .hasMessage(
              "no Flink cluster answers at http://127.0.0.1:"
                  + silent.getLocalPort()
                  + " within 10 s");
    }
  }

  @Test
  void otherServer_isToldWithTheAddress() throws IOException {
    HttpServer server = answering("<html>hello</html>");
    try {
      int port = server.getAddress().getPort();
      assertThatThrownBy(() -> look(port))
          .isInstanceOf(StackException.class)
          .hasMessageStartingWith("no Flink cluster answers at http://127.0.0.1:" + port + ": ");
    } finally {
      server.stop(0);
    }
  }

  @Test
  void newerFlink_isRefusedByBothVersions() throws IOException {
    String own = EnvironmentInformation.getVersion();
    HttpServer server =
        answering(
            "{\"refresh-interval\": 3000, \"timezone-name\": \"UTC\", \"timezone-offset\": 0,"
                + " \"flink-version\": \"9.3.0\", \"flink-revision\": \"abc\","
                + " \"features\": {\"web-submit\": true, \"web-cancel\": true,"
                + " \"web-rescale\": false, \"web-history\": false}}");
    try {
      int port = server.getAddress().getPort();
      assertThatThrownBy(() -> look(port))
          .isInstanceOf(StackException.class)
          .hasMessage(
              "the cluster at http://127.0.0.1:"
                  + port
                  + " runs Flink 9.3.0, expected "
                  + own.substring(0, own.lastIndexOf('.'))
                  + ", whose client this is: submit by that Flink's own client, bin/flink run -d"
                  + " sapflow-job.jar --job-config FILE");
    } finally {
      server.stop(0);
    }
  }
}
