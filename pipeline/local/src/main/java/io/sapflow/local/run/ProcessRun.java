package io.sapflow.local.run;

import io.sapflow.job.TuningJob;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.KafkaOptions;
import io.sapflow.local.stack.ClusterOptions;
import io.sapflow.local.stack.KafkaBroker;
import io.sapflow.local.stack.ProcessCluster;
import io.sapflow.local.stack.RemoteJob;
import io.sapflow.local.stack.TcpRelay;
import io.sapflow.local.stack.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.apache.flink.configuration.Configuration;

/**
 * Broker, cluster and job as processes of their own, which may be killed, in a work directory that
 * owns them.
 */
public final class ProcessRun implements JobRun {

  private static final Duration LIMIT = Duration.ofMinutes(3);

  private final WorkDirectory work;
  private KafkaBroker broker;
  private final TcpRelay relay;
  private final ProcessCluster cluster;
  private RemoteJob job;

  private ProcessRun(
      WorkDirectory work, KafkaBroker broker, TcpRelay relay, ProcessCluster cluster) {
    this.work = work;
    this.broker = broker;
    this.relay = relay;
    this.cluster = cluster;
  }

  /**
   * Starts broker and cluster, and creates the topics.
   *
   * @param taskManagers how many
   * @param slots of each of them
   */
  public static ProcessRun start(WorkDirectory work, int taskManagers, int slots) {
    TcpRelay relay = work.own(TcpRelay.open());
    KafkaBroker broker = KafkaBroker.startBehind(relay, work, "kafka");
    LocalRun.createTopics(relay.address());
    ProcessCluster cluster =
        ProcessCluster.start(
            work,
            new ClusterOptions(taskManagers, slots, work.resolve("flink"), new Configuration()));
    return new ProcessRun(work, broker, relay, cluster);
  }

  /** Completes a configuration with this run's broker and an adapter store of its own. */
  public Configuration complete(Configuration configuration) {
    Configuration complete = new Configuration(configuration);
    complete.set(KafkaOptions.BOOTSTRAP_SERVERS, bootstrapServers());
    complete.set(AdapterOptions.STORE, store().toUri().toString());
    return complete;
  }

  /** Directory of the adapter store. */
  public Path store() {
    return work.resolve("adapters");
  }

  /** The broker. */
  public KafkaBroker broker() {
    return broker;
  }

  /** Another broker, which is empty but for the topics, takes the place of this run's. */
  public void replaceBroker() {
    broker.kill();
    broker = KafkaBroker.startBehind(relay, work, "kafka-replaced");
    LocalRun.createTopics(relay.address());
  }

  /** Between the broker and all of its clients. */
  public TcpRelay relay() {
    return relay;
  }

  /** The cluster. */
  public ProcessCluster cluster() {
    return cluster;
  }

  /** The job that was submitted. */
  public RemoteJob job() {
    return job;
  }

  /** Copies the logs of all processes. */
  public void keepLogs(Path directory) {
    try {
      Files.createDirectories(directory);
      Files.copy(broker.log(), directory.resolve("broker.log"));
      Files.copy(work.resolve("sapflow.log"), directory.resolve("sapflow.log"));
      for (Path log : cluster.logs()) {
        Files.copy(log, directory.resolve(log.getFileName()));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public String bootstrapServers() {
    return relay.address();
  }

  @Override
  public void submit(Configuration configuration) {
    job = cluster.client().submit(TuningJob.graph(configuration), JobJar.find());
    job.awaitRunning(LIMIT);
  }

  @Override
  public void check() {
    job.check();
  }

  @Override
  public void checkpoint() {
    job.checkpoint(LIMIT);
  }

  @Override
  public void drain() {
    job.stopWithDrain(work.resolve("savepoints"), LIMIT);
  }
}
