package io.sapflow.local.stack;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.sapflow.job.kafka.StackException;
import java.io.IOException;
import java.io.UncheckedIOException;
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
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Apicurio Registry in a process of its own, which keeps its schemas in a file and speaks
 * Confluent's interface.
 */
public final class ApicurioRegistry implements AutoCloseable {

  /** A machine that does other work as well takes minutes for what a free one does in seconds. */
  private static final Duration START_LIMIT = Duration.ofMinutes(5);

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient client =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(10)).build();
  private final Path jar;
  private final Path dir;
  private final int port = FreePorts.next();
  private ChildJvm child;

  private ApicurioRegistry(Path jar, Path dir) {
    this.jar = jar;
    this.dir = dir;
  }

  /** The jar that starts it, where the build has unpacked it; empty where it has not. */
  public static Optional<Path> jar() throws IOException {
    Path unpacked = SapflowHome.find().resolve("pipeline/cli/target/registry");
    if (!Files.isDirectory(unpacked)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.list(unpacked)) {
      return files.filter(file -> file.toString().endsWith("-runner.jar")).findFirst();
    }
  }

  /** Begins to start one, which ends with the work directory in which all its files are. */
  public static ApicurioRegistry start(Path jar, WorkDirectory work) throws IOException {
    Path dir = Files.createDirectories(work.resolve("registry"));
    ApicurioRegistry registry = work.own(new ApicurioRegistry(jar, dir));
    registry.start();
    return registry;
  }

  /** Begins to start it, again after it was killed: with its address and its schemas. */
  public void start() {
    child =
        ChildJvm.start(
            new ChildJvm.Launch(
                "Apicurio Registry at " + address(),
                dir,
                dir.resolve("registry.log"),
                false,
                List.of(jar.toString(), KafkaBroker.ownClasses().toString()),
                List.of(
                    "-Xmx384m",
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Djava.io.tmpdir=" + dir,
                    "-Dquarkus.http.host=127.0.0.1",
                    "-Dquarkus.http.port=" + port),
                // Without the delay what it has answered is in the file, whenever it is killed.
                Map.of(
                    "REGISTRY_DATASOURCE_URL",
                    "jdbc:h2:file:" + dir.resolve("schemas") + ";WRITE_DELAY=0"),
                List.of("io.quarkus.runner.GeneratedMain")));
  }

  /** Waits until it answers. */
  public void await() throws InterruptedException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!answers()) {
      if (!child.isRunning()) {
        throw child.failure("ended while starting");
      }
      if (System.nanoTime() - end > 0) {
        throw child.failure("did not answer within " + START_LIMIT.toSeconds() + " s");
      }
      Thread.sleep(200);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      return client.send(below("/subjects").build(), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpRequest.Builder below(String path) {
    return HttpRequest.newBuilder(URI.create(url() + path)).timeout(Duration.ofSeconds(30));
  }

  /** Ends it at once, as {@code kill -9} does. */
  public void kill() {
    child.kill();
  }

  /** Where Confluent's interface is. */
  public String url() {
    return address() + "/apis/ccompat/v7";
  }

  /** Its address without a path. */
  public String address() {
    return "http://127.0.0.1:" + port;
  }

  /** Registers a schema, as any producer does; its id. */
  public int register(String subject, String schema) throws InterruptedException {
    try {
      HttpRequest request =
          below("/subjects/" + subject + "/versions")
              .header("Content-Type", "application/vnd.schemaregistry.v1+json")
              .POST(BodyPublishers.ofString(JSON.writeValueAsString(Map.of("schema", schema))))
              .build();
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new StackException("the registry took no schema: " + response.body());
      }
      return JSON.readTree(response.body()).required("id").asInt();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    if (child != null) {
      child.kill();
    }
  }
}
