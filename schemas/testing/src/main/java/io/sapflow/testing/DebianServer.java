package io.sapflow.testing;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A server of a Debian package on a loopback port of its own, which a test starts and stops. */
final class DebianServer implements AutoCloseable {

  /**
   * What a package brings.
   *
   * @param name of the package
   * @param binary the server
   * @param tool its own tool
   */
  record Package(String name, Path binary, Path tool) {

    /** Why it is not on this machine; null where it is. */
    String missing() {
      return Files.isExecutable(binary) && Files.isExecutable(tool)
          ? null
          : binary + " is not there: apt-get install " + name + " would bring it";
    }

    /**
     * What its tool says.
     *
     * @return its exit code, a space and what it printed
     */
    String tool(List<String> arguments) throws IOException, InterruptedException {
      List<String> command = Stream.concat(Stream.of(tool.toString()), arguments.stream()).toList();
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      return process.waitFor() + " " + printed;
    }
  }

  private static final Duration STARTS = Duration.ofSeconds(30);
  private static final Duration ANSWERS = Duration.ofSeconds(10);

  private final HttpClient client = HttpClient.newHttpClient();
  private final Package from;
  private final Path log;
  private final int port;
  private Process process;

  /**
   * One that is not started yet.
   *
   * @param log what it says is added to this file
   */
  DebianServer(Package from, Path log) throws IOException {
    this.from = from;
    this.log = log;
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      this.port = free.getLocalPort();
    }
  }

  /** Its address. */
  URI url() {
    return URI.create("http://127.0.0.1:" + port);
  }

  /** Starts it on its port, and waits until it answers. */
  void start(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(from.binary().toString()));
    command.add("--web.listen-address=127.0.0.1:" + port);
    command.addAll(List.of(arguments));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    long end = System.nanoTime() + STARTS.toNanos();
    while (!answers()) {
      if (!process.isAlive() || System.nanoTime() > end) {
        process.destroyForcibly();
        throw new IOException(from.name() + " does not answer: " + Files.readString(log));
      }
      Thread.sleep(50);
    }
  }

  private boolean answers() throws InterruptedException {
    try {
      return client.send(request("/-/ready"), BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    }
  }

  private HttpRequest request(String path) {
    return HttpRequest.newBuilder(url().resolve(path)).timeout(ANSWERS).build();
  }

  /** What it answers. */
  String get(String path) throws IOException, InterruptedException {
    return client.send(request(path), BodyHandlers.ofString()).body();
  }

  /** Ends it, if it was started. */
  void stop() throws InterruptedException {
    if (process != null) {
      process.destroy();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
    }
  }

  @Override
  public void close() {
    try {
      stop();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
