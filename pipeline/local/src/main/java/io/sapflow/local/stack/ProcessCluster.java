package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.Waiting;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessSpec;
import org.apache.flink.runtime.clusterframework.TaskExecutorProcessUtils;
import org.apache.flink.runtime.entrypoint.StandaloneSessionClusterEntrypoint;
import org.apache.flink.runtime.taskexecutor.TaskManagerRunner;
import org.apache.flink.runtime.util.config.memory.ProcessMemoryUtils;
import org.apache.flink.runtime.zookeeper.FlinkZooKeeperQuorumPeer;

/**
 * A Flink cluster as it stands on real machines, each part a process: ZooKeeper, a JobManager and
 * TaskManagers. Flink and DJL are on their class path, as in {@code lib/} of an installation; a job
 * brings its own jar.
 *
 * <p>Everything listens on 127.0.0.1 and ends with this process. JobManager and TaskManagers may be
 * killed and started again: jobs are kept by ZooKeeper.
 */
public final class ProcessCluster implements AutoCloseable {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration POLL = Duration.ofMillis(100);

  private final ProcessFiles files;
  private final Configuration flink;
  private final List<ChildJvm> taskManagers = new ArrayList<>();
  private int starts;
  private boolean closed;
  private ChildJvm zooKeeper;
  private ChildJvm jobManager;
  private RemoteCluster client;

  private ProcessCluster(ProcessFiles files, Configuration flink) {
    this.files = files;
    this.flink = flink;
  }

  /** Starts a cluster, which the work directory owns, and waits until all its slots are there. */
  public static ProcessCluster start(WorkDirectory work, ClusterOptions options) {
    int zooKeeperPort = FreePorts.next();
    ProcessFiles files = new ProcessFiles(options.directory());
    ProcessCluster cluster =
        work.own(new ProcessCluster(files, ProcessSettings.of(options, zooKeeperPort)));
    try {
      files.write(cluster.flink, zooKeeperPort);
    } catch (IOException e) {
      throw new StackException("the Flink cluster's files cannot be written: " + e, e);
    }
    cluster.launch(options.taskManagers());
    return cluster;
  }

  private void launch(int count) {
    zooKeeper =
        start(
            "zookeeper", List.of("-Xmx128m"), FlinkZooKeeperQuorumPeer.class, zooKeeperArguments());
    startJobManager();
    for (int i = 0; i < count; i++) {
      taskManagers.add(null);
      startTaskManager(i);
    }
    client = RemoteCluster.at(clientConfiguration());
    awaitTaskManagers(count);
  }

  private List<String> zooKeeperArguments() {
    return List.of("--zkConfigFile", files.zooKeeper().toString(), "--peerId", "1");
  }

  /** The JobManager keeps its port, so that clients need not look for its successor. */
  private Configuration clientConfiguration() {
    Configuration client = new Configuration(flink);
    client.removeConfig(HighAvailabilityOptions.HA_MODE);
    client.set(RestOptions.RETRY_MAX_ATTEMPTS, 1);
    return client;
  }

  /** Waits until as many TaskManagers have come. */
  public void awaitTaskManagers(int count) {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (client.taskManagers() < count) {
      checkAlive();
      if (System.nanoTime() > end) {
        throw jobManager.failure(
            "has no " + count + " TaskManagers after " + START_LIMIT.toSeconds() + " s");
      }
      Waiting.pause(POLL);
    }
  }

  private void checkAlive() {
    List<ChildJvm> all = new ArrayList<>(List.of(zooKeeper, jobManager));
    all.addAll(taskManagers);
    for (ChildJvm each : all) {
      if (!each.isRunning()) {
        throw each.failure("ended while starting");
      }
    }
  }

  /** The cluster as its clients see it. */
  public RemoteCluster client() {
    return client;
  }

  /** The address of Flink's web page and REST interface. */
  public URI webUrl() {
    return URI.create("http://127.0.0.1:" + flink.get(RestOptions.PORT));
  }

  /** The log files of all processes that ever ran. */
  public List<Path> logs() throws IOException {
    try (Stream<Path> logs = Files.list(files.log("jobmanager").getParent())) {
      return logs.toList();
    }
  }

  /** How many TaskManagers there are, running or not. */
  public int taskManagers() {
    return taskManagers.size();
  }

  /** The process id of a TaskManager, numbered from 0. */
  public long taskManagerPid(int index) {
    return taskManagers.get(index).process().pid();
  }

  /** The number of the TaskManager that Flink knows by an id. */
  public static int indexOf(String taskManagerId) {
    return Integer.parseInt(taskManagerId.substring(3, taskManagerId.indexOf('.')));
  }

  /** Ends a TaskManager at once, as {@code kill -9} does. */
  public void killTaskManager(int index) {
    taskManagers.get(index).kill();
  }

  /** Starts a TaskManager in the place of one that ended. */
  public synchronized void startTaskManager(int index) {
    TaskExecutorProcessSpec memory = TaskExecutorProcessUtils.processSpecFromConfig(flink);
    List<String> jvm = words(ProcessMemoryUtils.generateJvmParametersStr(memory));
    List<String> arguments = new ArrayList<>(List.of("--configDir", files.conf().toString()));
    arguments.addAll(words(TaskExecutorProcessUtils.generateDynamicConfigsStr(memory)));
    arguments.add(
        "-D" + TaskManagerOptions.TASK_MANAGER_RESOURCE_ID.key() + "=tm-" + index + "." + ++starts);
    taskManagers.set(index, start("taskmanager-" + index, jvm, TaskManagerRunner.class, arguments));
  }

  /** Whether a TaskManager's process is there. */
  public boolean isRunning(int index) {
    return taskManagers.get(index).isRunning();
  }

  /** Ends the JobManager at once, as {@code kill -9} does. */
  public void killJobManager() {
    jobManager.kill();
  }

  /** Starts a JobManager in the place of one that ended. */
  public synchronized void startJobManager() {
    jobManager =
        start(
            "jobmanager",
            List.of("-Xmx384m"),
            StandaloneSessionClusterEntrypoint.class,
            List.of("--configDir", files.conf().toString()));
  }

  private static List<String> words(String line) {
    return Arrays.asList(line.strip().split("\\s+"));
  }

  /**
   * As this process compiles: one that ends soon, as tests do, may go without the second compiler.
   */
  private static List<String> compilers() {
    return ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
        .filter(argument -> argument.startsWith("-XX:TieredStopAtLevel="))
        .toList();
  }

  private ChildJvm start(String name, List<String> jvm, Class<?> main, List<String> arguments) {
    if (closed) {
      throw new StackException("the Flink cluster is closed: no " + name + " is started");
    }
    List<String> jvmArguments = new ArrayList<>(jvm);
    jvmArguments.add("-XX:+UseSerialGC");
    jvmArguments.addAll(compilers());
    // As Flink's own scripts do.
    flink
        .getOptional(CoreOptions.FLINK_JVM_OPTIONS)
        .map(ProcessCluster::words)
        .ifPresent(jvmArguments::addAll);
    jvmArguments.add("@" + SapflowHome.find().resolve("jvm.arguments"));
    jvmArguments.add("-Dlog4j2.configurationFile=" + files.logging().toUri());
    List<String> command = new ArrayList<>(List.of(main.getName()));
    command.addAll(arguments);
    return ChildJvm.start(
        new ChildJvm.Launch(
            name,
            files.dir(),
            files.log(name),
            false,
            List.of(SapflowHome.classPath("pipeline/local/cluster"), files.main().toString()),
            jvmArguments,
            Map.of(),
            command));
  }

  /** Ends all processes; none of them has anything to put in order. */
  @Override
  public synchronized void close() {
    closed = true;
    if (client != null) {
      client.close();
    }
    for (ChildJvm each : taskManagers) {
      if (each != null) {
        each.kill();
      }
    }
    if (jobManager != null) {
      jobManager.kill();
    }
    if (zooKeeper != null) {
      zooKeeper.kill();
    }
  }
}
