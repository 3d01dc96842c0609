package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker, with its controller, as a child process on a class path of its own. It listens on
 * 127.0.0.1 only, keeps everything in one directory, and ends with this process, however this
 * process ends.
 */
public final class KafkaBroker implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);

  /** The directory of the module that lists the broker's class path. */
  private static final String MODULE = "pipeline/local/broker";

  /** Start fast and stay small: a local broker's throughput does not need the second compiler. */
  private static final List<String> JVM =
      List.of(
          "-Xmx384m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true");

  private final BrokerFiles files;
  private final int port;
  private final List<String> jvm;
  private volatile ChildJvm child;
  private volatile boolean closed;

  private KafkaBroker(BrokerFiles files, int port, List<String> jvm) {
    this.files = files;
    this.port = port;
    this.jvm = jvm;
  }

  /**
   * Starts a broker on free ports and waits until it serves clients.
   *
   * @param dir the broker's directory; made if missing, and topics an earlier broker left there are
   *     served again
   * @throws StackException if it does not start; the message ends with the last lines of its log
   */
  public static KafkaBroker start(Path dir) {
    return start(dir, Map.of(), List.of());
  }

  /**
   * The same with further settings.
   *
   * @param further such as listeners beside the broker's own, and who may do what
   * @param jvm options of the broker's JVM
   */
  static KafkaBroker start(Path dir, Map<String, String> further, List<String> jvm) {
    KafkaBroker broker = prepare(dir, 0, further, jvm);
    broker.launch();
    return broker;
  }

  /** Starts a broker in {@code name} of the work directory, which owns it from the first moment. */
  public static KafkaBroker start(WorkDirectory work, String name) {
    KafkaBroker broker = work.own(prepare(work.resolve(name)));
    broker.launch();
    return broker;
  }

  /** The same, for clients who come to it through a relay that stands at its address already. */
  public static KafkaBroker startBehind(TcpRelay relay, WorkDirectory work, String name) {
    KafkaBroker broker = work.own(prepare(work.resolve(name), relay.port(), Map.of(), List.of()));
    relay.to(broker.port);
    broker.launch();
    return broker;
  }

  private static KafkaBroker prepare(Path dir) {
    return prepare(dir, 0, Map.of(), List.of());
  }

  private static KafkaBroker prepare(
      Path dir, int clientPort, Map<String, String> further, List<String> jvm) {
    BrokerFiles files = new BrokerFiles(dir.toAbsolutePath());
    int port = FreePorts.next();
    try {
      files.write(port, FreePorts.next(port), clientPort == 0 ? port : clientPort, further);
    } catch (IOException e) {
      throw new StackException("the Kafka broker's files cannot be written: " + e, e);
    }
    return new KafkaBroker(files, port, jvm);
  }

  /** Where it listens: what clients take as {@code bootstrap.servers}, if no relay is between. */
  public String bootstrapServers() {
    return "127.0.0.1:" + port;
  }

  /** The process id of the broker that was started last. */
  public long pid() {
    return child.process().pid();
  }

  public boolean isRunning() {
    return child.isRunning();
  }

  /** The broker's log file. */
  public Path log() {
    return files.log();
  }

  /** Stops the broker in good order; forcibly if it takes longer than 15 seconds. */
  public void stop() {
    child.stop();
  }

  /** Ends the broker at once, as {@code kill -9} does. */
  public void kill() {
    child.kill();
  }

  /** Starts the broker again, on its directory and ports; stops it first if it runs. */
  public synchronized void restart() {
    stop();
    launch();
  }

  @Override
  public void close() {
    closed = true;
    if (child != null) {
      stop();
    }
  }

  private synchronized void launch() {
    if (closed) {
      throw new StackException("the Kafka broker in " + files.dir() + " is closed");
    }
    List<String> arguments = new ArrayList<>(JVM);
    arguments.add("-Dlog4j2.configurationFile=" + files.logging().toUri());
    arguments.addAll(ClassArchive.arguments(MODULE));
    arguments.addAll(jvm);
    child =
        ChildJvm.start(
            new ChildJvm.Launch(
                "the Kafka broker in " + files.dir(),
                files.dir(),
                files.log(),
                true,
                List.of(kafkaClassPath(), ownClasses().toString()),
                arguments,
                Map.of(),
                List.of(
                    BrokerMain.class.getName(),
                    files.config().toString(),
                    Uuid.randomUuid().toString())));
    awaitReady();
  }

  private static String kafkaClassPath() {
    return SapflowHome.classPath(MODULE);
  }

  static Path ownClasses() {
    try {
      return Path.of(BrokerMain.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitReady() {
    BufferedReader out = child.process().inputReader(StandardCharsets.UTF_8);
    CompletableFuture<String> line = CompletableFuture.supplyAsync(() -> readLine(out));
    try {
      String said = line.get(START_LIMIT.toSeconds(), TimeUnit.SECONDS);
      if (!BrokerMain.READY.equals(said)) {
        throw child.failure("ended while starting");
      }
    } catch (TimeoutException e) {
      throw child.failure("did not serve clients within " + START_LIMIT.toSeconds() + " s");
    } catch (ExecutionException e) {
      throw child.failure("cannot be read from: " + e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw child.failure("was interrupted while starting");
    }
  }

  private static String readLine(BufferedReader reader) {
    try {
      return reader.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
