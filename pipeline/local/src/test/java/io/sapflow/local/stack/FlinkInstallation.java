package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.RestOptions;

/**
 * A Flink distribution as docs/operations.md has it set up: Flink's own jars and {@code
 * sapflow-flink-lib.zip} in {@code lib/}. Flink's archive is not on Maven Central, so its jars are,
 * and its processes are called as its scripts call them: memory by {@code BashJavaUtils}, and the
 * JVM options of the configuration that the archive comes with. There is none of Sapflow's.
 *
 * <p>Everything listens on 127.0.0.1 and ends with this process.
 */
public final class FlinkInstallation implements AutoCloseable {

  /** {@code env.java.opts.all} of the archive's {@code conf/config.yaml}. */
  private static final String JAVA_OPTIONS =
      "--add-exports=java.rmi/sun.rmi.registry=ALL-UNNAMED"
          + " --add-exports=jdk.compiler/com.sun.tools.javac.api=ALL-UNNAMED"
          + " --add-exports=jdk.compiler/com.sun.tools.javac.file=ALL-UNNAMED"
          + " --add-exports=jdk.compiler/com.sun.tools.javac.parser=ALL-UNNAMED"
          + " --add-exports=jdk.compiler/com.sun.tools.javac.tree=ALL-UNNAMED"
          + " --add-exports=jdk.compiler/com.sun.tools.javac.util=ALL-UNNAMED"
          + " --add-exports=java.security.jgss/sun.security.krb5=ALL-UNNAMED"
          + " --add-opens=java.base/java.lang=ALL-UNNAMED"
          + " --add-opens=java.base/java.net=ALL-UNNAMED"
          + " --add-opens=java.base/java.io=ALL-UNNAMED"
          + " --add-opens=java.base/java.nio=ALL-UNNAMED"
          + " --add-opens=java.base/sun.nio.ch=ALL-UNNAMED"
          + " --add-opens=java.base/java.lang.reflect=ALL-UNNAMED"
          + " --add-opens=java.base/java.text=ALL-UNNAMED"
          + " --add-opens=java.base/java.time=ALL-UNNAMED"
          + " --add-opens=java.base/java.util=ALL-UNNAMED"
          + " --add-opens=java.base/java.util.concurrent=ALL-UNNAMED"
          + " --add-opens=java.base/java.util.concurrent.atomic=ALL-UNNAMED"
          + " --add-opens=java.base/java.util.concurrent.locks=ALL-UNNAMED";

  private static final String RESULT = "BASH_JAVA_UTILS_EXEC_RESULT:";
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final Path home;
  private final Configuration flink;
  private final List<ChildJvm> processes = new ArrayList<>();
  private ChildJvm jobManager;

  /** Where DJL unpacks natives; empty for its usual place. */
  private String unpacked = System.getenv().getOrDefault("DJL_CACHE_DIR", "");

  private int starts;

  private FlinkInstallation(Path home, Configuration flink) {
    this.home = home;
    this.flink = flink;
  }

  /**
   * Sets one up.
   *
   * @param module whose list of jars holds Flink's
   * @param further settings of {@code conf/config.yaml}
   */
  public static FlinkInstallation of(
      WorkDirectory work, String name, String module, Map<String, String> further) {
    Configuration flink = new Configuration();
    flink.setString("jobmanager.rpc.address", "127.0.0.1");
    flink.setString("jobmanager.bind-host", "127.0.0.1");
    flink.setString("rest.address", "127.0.0.1");
    flink.setString("rest.bind-address", "127.0.0.1");
    flink.setString("taskmanager.host", "127.0.0.1");
    flink.setString("taskmanager.bind-host", "127.0.0.1");
    // As the archive has it.
    flink.setString("jobmanager.memory.process.size", "1600m");
    // As docs/operations.md has them.
    flink.setString("taskmanager.memory.process.size", "2560m");
    flink.setString("taskmanager.memory.task.off-heap.size", "1g");
    flink.setString("taskmanager.memory.managed.size", "0m");
    flink.addAll(Configuration.fromMap(further));
    int rpc = FreePorts.next();
    int rest = FreePorts.next(rpc);
    flink.set(JobManagerOptions.PORT, rpc);
    flink.set(RestOptions.PORT, rest);
    int zooKeeper = FreePorts.next(rpc, rest);
    if (flink.contains(HighAvailabilityOptions.HA_MODE)) {
      flink.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, "127.0.0.1:" + zooKeeper);
    }
    FlinkInstallation installation =
        work.own(new FlinkInstallation(work.resolve(name).toAbsolutePath(), flink));
    try {
      Files.createDirectories(installation.temporary());
      new ProcessFiles(installation.home).write(flink, zooKeeper);
      installation.fill(module);
    } catch (IOException e) {
      throw new StackException("Flink cannot be set up: " + e, e);
    }
    return installation;
  }

  private void fill(String module) throws IOException {
    Path lib = Files.createDirectories(home.resolve("lib"));
    Files.createDirectories(home.resolve("plugins"));
    Path zip =
        SapflowHome.find()
            .resolve("pipeline/local/cluster/target")
            .resolve("sapflow-flink-lib.zip");
    try (ZipInputStream in = new ZipInputStream(Files.newInputStream(zip))) {
      for (ZipEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        Files.copy(in, lib.resolve(entry.getName()));
      }
    }
    for (String jar : List.of(SapflowHome.classPath(module).split(File.pathSeparator))) {
      Path link = lib.resolve(Path.of(jar).getFileName());
      // The distribution has no connectors; the job brings its own.
      if (!Files.exists(link) && !link.getFileName().toString().startsWith("flink-connector-b")) {
        Files.createSymbolicLink(link, Path.of(jar));
      }
    }
  }

  /**
   * Takes the jars away again whose names begin so. What another process has unpacked of them is
   * not found either.
   */
  public void removeFromLib(String prefix) throws IOException {
    unpacked = home.resolve("tmp").toString();
    try (Stream<Path> jars = Files.list(home.resolve("lib"))) {
      for (Path jar : jars.toList()) {
        if (jar.getFileName().toString().startsWith(prefix)) {
          Files.delete(jar);
        }
      }
    }
  }

  /** Puts a jar into {@code usrlib/}, where application mode looks for the job. */
  public void job(Path jar) throws IOException {
    Path link = Files.createDirectories(home.resolve("usrlib")).resolve(jar.getFileName());
    Files.createSymbolicLink(link, jar);
  }

  /** {@code zookeeper.sh start 1}. */
  public void startZooKeeper() {
    start(
        "zookeeper",
        List.of("-Xmx128m"),
        "org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer",
        List.of("--zkConfigFile", home.resolve("conf/zoo.cfg").toString(), "--peerId", "1"));
  }

  /** {@code jobmanager.sh start}. */
  public void startJobManager() {
    List<String> memory = memory("GET_JM_RESOURCE_PARAMS");
    List<String> arguments = configDir();
    arguments.addAll(words(memory.get(1)));
    jobManager =
        start(
            "jobmanager",
            words(memory.get(0)),
            "org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint",
            arguments);
  }

  /** {@code standalone-job.sh start ARGUMENTS}. */
  public void startApplication(String... given) {
    List<String> memory = memory("GET_JM_RESOURCE_PARAMS");
    List<String> arguments = configDir();
    arguments.addAll(words(memory.get(1)));
    arguments.addAll(List.of(given));
    jobManager =
        start(
            "application",
            words(memory.get(0)),
            "org.apache.flink.container.entrypoint.StandaloneApplicationClusterEntryPoint",
            arguments);
  }

  /** {@code taskmanager.sh start}. */
  public void startTaskManager() {
    List<String> memory = memory("GET_TM_RESOURCE_PARAMS");
    List<String> arguments = configDir();
    arguments.addAll(words(memory.get(1)));
    start(
        "taskmanager",
        words(memory.get(0)),
        "org.apache.flink.runtime.taskexecutor.TaskManagerRunner",
        arguments);
  }

  /** What a command of the distribution printed, and how it ended. */
  public record Ran(int exitCode, String output) {}

  /** {@code flink ARGUMENTS}. */
  public Ran flink(String... arguments) {
    List<String> command = new ArrayList<>(List.of("-Xmx512m"));
    command.addAll(words(JAVA_OPTIONS));
    command.add("org.apache.flink.client.cli.CliFrontend");
    command.addAll(List.of(arguments));
    return java(command);
  }

  /** Two lines: arguments of the JVM, and of its main class. */
  private List<String> memory(String command) {
    Ran ran =
        java(
            List.of(
                "org.apache.flink.runtime.util.bash.BashJavaUtils",
                command,
                "--configDir",
                home.resolve("conf").toString()));
    List<String> lines =
        ran.output()
            .lines()
            .filter(line -> line.startsWith(RESULT))
            .map(line -> line.substring(RESULT.length()))
            .toList();
    if (lines.size() != 2) {
      throw new StackException(command + " answered " + ran);
    }
    return lines;
  }

  private List<String> configDir() {
    return new ArrayList<>(List.of("--configDir", home.resolve("conf").toString()));
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.strip().split("\\s+"));
  }

  private Ran java(List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(common());
    command.addAll(List.of("-cp", home.resolve("lib") + "/*"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(home.toFile()).redirectErrorStream(true);
    ChildJvm.set(builder, environment());
    try {
      Path output = temporary().resolve("command-" + ++starts + ".out");
      Process process = builder.redirectOutput(output.toFile()).start();
      if (!process.waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new Ran(process.exitValue(), Files.readString(output));
    } catch (IOException e) {
      throw new StackException(arguments.get(0) + " cannot be run: " + e, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new StackException("interrupted", e);
    }
  }

  /** Where processes that are killed leave their files, which go with the work directory. */
  private Path temporary() {
    return home.resolve("tmp");
  }

  private List<String> common() {
    return List.of(
        "-Djava.io.tmpdir=" + temporary(),
        "-Dlog4j2.configurationFile=" + home.resolve("conf/log4j2.properties"));
  }

  /** Without what tells DJL to stay offline: the job does by itself. */
  private Map<String, String> environment() {
    return Map.of(
        "DJL_OFFLINE",
        "",
        "OPT_OUT_TRACKING",
        "",
        "DJL_CACHE_DIR",
        unpacked,
        "FLINK_CONF_DIR",
        home.resolve("conf").toString(),
        "FLINK_LIB_DIR",
        home.resolve("lib").toString(),
        "FLINK_PLUGINS_DIR",
        home.resolve("plugins").toString());
  }

  private ChildJvm start(String name, List<String> jvm, String main, List<String> arguments) {
    List<String> jvmArguments = new ArrayList<>(jvm);
    jvmArguments.addAll(words(JAVA_OPTIONS));
    jvmArguments.addAll(common());
    List<String> command = new ArrayList<>(List.of(main));
    command.addAll(arguments);
    ChildJvm process =
        ChildJvm.start(
            new ChildJvm.Launch(
                name,
                home,
                home.resolve("log/" + name + "-" + ++starts + ".log"),
                false,
                List.of(home.resolve("lib") + "/*", home.resolve("main").toString()),
                jvmArguments,
                environment(),
                command));
    processes.add(process);
    return process;
  }

  /** The JobManager's address, HOST:PORT. */
  public String address() {
    return "127.0.0.1:" + flink.get(RestOptions.PORT);
  }

  /** Its configuration for a client. */
  public URI webUrl() {
    return URI.create("http://" + address());
  }

  /** Waits until this many TaskManagers have come. */
  public void awaitTaskManagers(RemoteCluster client, int count) {
    long end = System.nanoTime() + LIMIT.toNanos();
    while (client.taskManagers() < count) {
      if (!jobManager.isRunning()) {
        throw jobManager.failure("ended while starting");
      }
      if (System.nanoTime() > end) {
        throw jobManager.failure("has no TaskManager");
      }
      Waiting.pause(POLL);
    }
  }

  /** Ends the JobManager at once, as {@code kill -9} does. */
  public void killJobManager() {
    jobManager.kill();
  }

  /** Waits until the JobManager has ended by itself, as that of an application does. */
  public boolean jobManagerEnds() throws InterruptedException {
    return jobManager.process().waitFor(LIMIT.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** All that the processes have logged. */
  public String logs() throws IOException {
    StringBuilder all = new StringBuilder();
    try (Stream<Path> logs = Files.list(home.resolve("log"))) {
      for (Path log : logs.sorted().toList()) {
        all.append("==== " + log.getFileName() + "\n" + Files.readString(log));
      }
    }
    return all.toString();
  }

  /** Ends all processes. */
  @Override
  public void close() {
    for (int i = processes.size() - 1; i >= 0; i--) {
      processes.get(i).kill();
    }
    processes.clear();
  }
}
