package io.sapflow.local.run;

import io.sapflow.ingest.SourcePolicy;
import io.sapflow.job.JobSettings;
import io.sapflow.job.SlotGroups;
import io.sapflow.job.TopicPlan;
import io.sapflow.job.TuningJob;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.access.AccessLook;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.LocalCluster;
import io.sapflow.local.stack.RunLog;
import io.sapflow.local.stack.WorkDirectory;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.flink.api.common.JobID;
import org.apache.flink.configuration.Configuration;

/**
 * A broker's topics, a Flink cluster and the job, in a directory of their own that goes with them.
 * The broker is one of the directory's too, or stands elsewhere.
 */
public final class LocalRun implements JobRun, AutoCloseable {

  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final int SLOTS = 4;

  private final WorkDirectory work;
  private final String bootstrapServers;
  private final LocalCluster cluster;
  private final int slots;
  private JobID job;
  private RestartWatch restarts;

  private LocalRun(WorkDirectory work, String bootstrapServers, LocalCluster cluster, int slots) {
    this.work = work;
    this.bootstrapServers = bootstrapServers;
    this.cluster = cluster;
    this.slots = slots;
  }

  /** Starts broker and cluster in a work directory, which stays its caller's. */
  public static LocalRun start(WorkDirectory work) {
    return start(work, 1);
  }

  /**
   * Starts broker and cluster.
   *
   * @param taskManagers how many; each has all the slots that the job needs
   */
  public static LocalRun start(WorkDirectory work, int taskManagers) {
    return start(work, taskManagers, new Configuration());
  }

  /** The same with a cluster that has Flink options on top of its own. */
  public static LocalRun start(WorkDirectory work, int taskManagers, Configuration flink) {
    log(work);
    return on(work, KafkaBroker.start(work, "kafka").bootstrapServers(), taskManagers, flink);
  }

  /** Starts a cluster for a broker that runs already and stays its caller's; makes its topics. */
  public static LocalRun on(WorkDirectory work, String bootstrapServers) {
    log(work);
    return on(work, bootstrapServers, 1, new Configuration());
  }

  private static void log(WorkDirectory work) {
    work.own(RunLog.open(work.resolve("sapflow.log")));
  }

  private static LocalRun on(
      WorkDirectory work, String bootstrapServers, int taskManagers, Configuration flink) {
    createTopics(bootstrapServers);
    LocalCluster cluster =
        work.own(
            LocalCluster.start(
                new ClusterOptions(taskManagers, SLOTS, work.resolve("flink"), flink)));
    return new LocalRun(work, bootstrapServers, cluster, taskManagers * SLOTS);
  }

  /** Creates every topic, with one partition each, so that a run is repeatable. */
  public static void createTopics(String bootstrapServers) {
    create(KafkaClients.at(bootstrapServers), SourcePolicy.NONE);
  }

  private static List<String> create(KafkaClients kafka, SourcePolicy sources) {
    try (TopicAdmin admin = new TopicAdmin(kafka)) {
      return admin.create(TopicPlan.of(sources, 1));
    }
  }

  /**
   * The same with the topics of examples that a configuration binds to sources.
   *
   * @throws StackException if the job may not do with a new topic what it must
   */
  public static void createTopics(JobSettings settings) {
    if (!create(settings.kafka(), settings.sources()).isEmpty()) {
      // Before, nobody could tell.
      AccessLook.require(settings.kafka(), AccessList.ofJob(settings));
    }
  }

  @Override
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** Flink's web page. */
  public URI webUrl() {
    return cluster.webUrl();
  }

  /** The cluster. */
  public LocalCluster cluster() {
    return cluster;
  }

  /** The job that was submitted. */
  public JobID job() {
    return job;
  }

  /** The directory of everything. */
  public Path directory() {
    return work.path();
  }

  /**
   * Completes a configuration with this run's broker and, where it names none, an adapter store of
   * its own. Properties of clients, which are meant for other brokers, are dropped: this one asks
   * for no user and speaks no TLS.
   */
  public Configuration complete(Configuration configuration) {
    Configuration complete = new Configuration(configuration);
    complete.set(KafkaOptions.BOOTSTRAP_SERVERS, bootstrapServers());
    complete.removeConfig(KafkaOptions.PROPERTIES);
    if (!complete.contains(AdapterOptions.STORE)) {
      complete.set(AdapterOptions.STORE, work.resolve("adapters").toUri().toString());
    }
    return complete;
  }

  @Override
  public void submit(Configuration configuration) {
    Configuration complete = complete(configuration);
    requireSlots(new JobSettings(complete));
    restarts = new RestartWatch(new JobSettings(complete), System.err::println);
    job = cluster.submit(TuningJob.graph(complete));
    cluster.awaitRunning(job, LIMIT);
  }

  /** A cluster of this process gets no more slots than it has. */
  private void requireSlots(JobSettings settings) {
    if (SlotGroups.needed(settings) > slots) {
      throw new IllegalArgumentException(
          JobOptions.PARALLELISM.key()
              + ": found a job that needs "
              + SlotGroups.words(settings)
              + ", expected at most "
              + slots
              + ", which the cluster of this process has: lower "
              + SlotGroups.lower(settings));
    }
  }

  @Override
  public void checkpoint() {
    cluster.checkpoint(job, LIMIT);
  }

  @Override
  public void drain() {
    cluster.stopWithDrain(job, work.resolve("savepoints"), LIMIT);
    cluster.awaitEnd(job, LIMIT);
  }

  @Override
  public void check() {
    cluster.isRunning(job);
    restarts
        .look(() -> cluster.restarts(job), () -> cluster.lastFailure(job))
        .ifPresent(
            end -> {
              throw end;
            });
  }

  /** Ends the cluster; a broker of the work directory ends with that. */
  @Override
  public void close() {
    cluster.close();
  }
}
