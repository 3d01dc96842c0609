package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;

/**
 * Apicurio Registry in a process of its own, which keeps its schemas in a file and speaks
 * Confluent's interface. The build unpacks it to {@code target/registry}.
 */
final class ApicurioRegistry implements AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client = HttpClient.newHttpClient();
  private final Path directory;
  private final Path jar;
  private final int port;
  private Process process;

  /** One that is not started; skips the test where the build has not unpacked it. */
  ApicurioRegistry(Path home, Path directory) throws IOException {
    this.directory = Files.createDirectories(directory);
    this.jar = jar(home.resolve("pipeline/cli/target/registry"));
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
    }
  }

  private static Path jar(Path unpacked) throws IOException {
    Assumptions.assumeTrue(
        Files.isDirectory(unpacked),
        "no Apicurio Registry in " + unpacked + "; mvn verify unpacks it there");
    try (Stream<Path> files = Files.list(unpacked)) {
      return files
          .filter(file -> file.toString().endsWith("-runner.jar"))
          .findFirst()
          .orElseThrow();
    }
  }

  /** Begins to start it. */
  void start() throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx384m",
                "-XX:TieredStopAtLevel=1",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + port,
                "-jar",
                jar.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve("log").toFile()));
    builder
        .environment()
        .put("REGISTRY_DATASOURCE_URL", "jdbc:h2:file:" + directory.resolve("schemas"));
    process = builder.start();
  }

  /** Waits until it answers. */
  void await() throws InterruptedException, IOException {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() - end > 0) {
        throw new IllegalStateException(
            "the registry did not start: " + Files.readString(directory.resolve("log")));
      }
      Thread.sleep(200);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      HttpRequest request = HttpRequest.newBuilder(URI.create(url() + "/subjects")).build();
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  /** Ends it as an outage does. */
  void kill() {
    process.destroyForcibly().onExit().join();
  }

  /** Where Confluent's interface is. */
  String url() {
    return "http://127.0.0.1:" + port + "/apis/ccompat/v7";
  }

  /** Registers a schema, as any producer does; its id. */
  int register(String subject, String schema) throws InterruptedException {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create(url() + "/subjects/" + subject + "/versions"))
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("schema", schema))))
              .build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      return JSON.readTree(response.body()).required("id").asInt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (process != null) {
      kill();
    }
  }

  /** What a command is told of it. */
  List<String> options() {
    return List.of("-Dsapflow.examples.format=confluent", "-Dsapflow.schema-registry.url=" + url());
  }
}
