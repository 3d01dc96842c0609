package io.sapflow.local.stack;

import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TokenEndpoint;
import io.sapflow.job.kafka.Waiting;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.flink.api.common.JobID;
import org.apache.flink.client.program.rest.RestClusterClient;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.runtime.client.JobStatusMessage;
import org.apache.flink.runtime.messages.webmonitor.ClusterOverview;
import org.apache.flink.runtime.rest.messages.ClusterConfigurationInfoHeaders;
import org.apache.flink.runtime.rest.messages.ConfigurationInfoEntry;
import org.apache.flink.runtime.rest.messages.DashboardConfigurationHeaders;
import org.apache.flink.runtime.rest.messages.EmptyMessageParameters;
import org.apache.flink.runtime.rest.messages.EmptyRequestBody;
import org.apache.flink.runtime.rest.messages.EnvironmentInfo;
import org.apache.flink.runtime.rest.messages.JobManagerEnvironmentHeaders;
import org.apache.flink.runtime.rest.util.RestMapperUtils;
import org.apache.flink.runtime.util.EnvironmentInformation;
import org.apache.flink.streaming.api.graph.StreamGraph;

/** A Flink cluster that runs elsewhere, by its REST interface. */
public final class RemoteCluster implements AutoCloseable {
  private static final Duration CALL_LIMIT = Duration.ofMinutes(1);

  /** Within which a cluster says that it is there. */
  private static final Duration FIRST_LIMIT = Duration.ofSeconds(10);

  private static final Pattern LINE = Pattern.compile("[0-9]+\\.[0-9]+");

  private static final Pattern REPORTER =
      Pattern.compile("metrics\\.reporter\\..+\\.factory\\.class");

  private static final Pattern WORD = Pattern.compile("\\S+");

  private static final String CAUSED_BY = "Caused by: ";

  private final RestClusterClient<String> client;

  private RemoteCluster(RestClusterClient<String> client) {
    this.client = client;
  }

  /**
   * A cluster at {@code rest.address} and {@code rest.port}, or the one that {@code
   * high-availability.*} leads to. What the configuration says of retries counts; by default there
   * are few, so that a wrong address is told soon.
   *
   * @throws IllegalArgumentException if the configuration names neither
   */
  public static RemoteCluster at(Configuration configuration) {
    if (!configuration.contains(RestOptions.ADDRESS)
        && !configuration.contains(HighAvailabilityOptions.HA_MODE)) {
      throw new IllegalArgumentException(
          "--jobmanager: is missing, expected HOST:PORT of the cluster's REST interface; or"
              + " rest.address or high-availability.type in the configuration");
    }
    try {
      Configuration client = new Configuration();
      client.set(RestOptions.RETRY_MAX_ATTEMPTS, 2);
      client.set(RestOptions.RETRY_DELAY, Duration.ofSeconds(1));
      client.set(RestOptions.CONNECTION_TIMEOUT, Duration.ofSeconds(3));
      client.addAll(configuration);
      return new RemoteCluster(new RestClusterClient<>(client, "sapflow"));
    } catch (Exception e) {
      throw new StackException("no client of the Flink cluster: " + e.getMessage(), e);
    }
  }

  /** Where the cluster answers. */
  public String url() {
    return client.getWebInterfaceURL();
  }

  /**
   * Looks, within some seconds, whether a Flink is there that takes a job of this one's: a job goes
   * over as Java objects, which only the same line of Flink reads.
   *
   * @throws StackException naming the address, or both versions
   */
  public void requireSameFlink() {
    String theirs =
        Waiting.get(
                client.sendRequest(
                    DashboardConfigurationHeaders.getInstance(),
                    EmptyMessageParameters.getInstance(),
                    EmptyRequestBody.getInstance()),
                FIRST_LIMIT,
                "Flink cluster answers at " + url(),
                RemoteCluster::reason)
            .getFlinkVersion();
    String own = EnvironmentInformation.getVersion();
    if (!line(theirs).equals(line(own))) {
      throw new StackException(
          "the cluster at "
              + url()
              + " runs Flink "
              + theirs
              + ", expected "
              + line(own)
              + ", whose client this is: submit by that Flink's own client, bin/flink run -d"
              + " sapflow-job.jar --job-config FILE");
    }
  }

  /**
   * Looks whether Kafka's clients on the cluster may ask for the tokens that they log in with. What
   * the JobManager was started with it tells by itself; of the TaskManagers there is what its own
   * configuration says.
   *
   * @throws StackException naming the option and where it belongs
   */
  public void requireAllowed(TokenEndpoint tokens) {
    if (!isAllowed(tokens, jvmOptions())) {
      throw notAllowed(tokens, "the JVM of its JobManager");
    }
    Map<String, String> options = new HashMap<>();
    configurationEntries().forEach(entry -> options.put(entry.getKey(), entry.getValue()));
    boolean forItAlone =
        isAllowed(tokens, options.get(CoreOptions.FLINK_JM_JVM_OPTIONS.key()))
            && !isAllowed(tokens, options.get(CoreOptions.FLINK_JVM_OPTIONS.key()))
            && !isAllowed(tokens, options.get(CoreOptions.FLINK_TM_JVM_OPTIONS.key()));
    if (forItAlone) {
      throw notAllowed(tokens, "env.java.opts.taskmanager");
    }
  }

  private static boolean isAllowed(TokenEndpoint tokens, String options) {
    String begin = "-D" + TokenEndpoint.ALLOWED + "=";
    return options != null
        && WORD.matcher(options)
            .results()
            .map(word -> word.group().replaceAll("[\"']", ""))
            .anyMatch(
                word -> word.startsWith(begin) && tokens.isAmong(word.substring(begin.length())));
  }

  private StackException notAllowed(TokenEndpoint tokens, String where) {
    return new StackException(
        "the cluster at "
            + url()
            + ": found no "
            + tokens.option()
            + " for "
            + where
            + ", expected it in env.java.opts.all of Flink's configuration, on the JobManager and"
            + " each TaskManager: without it Kafka's clients get no token there");
  }

  /** Those that the JobManager's JVM was started with, separated by spaces. */
  private String jvmOptions() {
    EnvironmentInfo environment =
        get(
            client.sendRequest(
                JobManagerEnvironmentHeaders.getInstance(),
                EmptyMessageParameters.getInstance(),
                EmptyRequestBody.getInstance()),
            "environment of the JobManager");
    // It has no other way to its parts.
    StringBuilder options = new StringBuilder();
    RestMapperUtils.getStrictObjectMapper()
        .valueToTree(environment)
        .at("/jvm/options")
        .forEach(option -> options.append(option.asText()).append(' '));
    return options.toString();
  }

  /** Its first two numbers. */
  private static String line(String version) {
    Matcher line = LINE.matcher(version);
    return line.find() ? line.group() : version;
  }

  /** The cluster's own directory for checkpoints; empty if it has none. */
  public Optional<String> checkpoints() {
    return configurationEntries().stream()
        .filter(entry -> entry.getKey().equals(CheckpointingOptions.CHECKPOINTS_DIRECTORY.key()))
        .map(ConfigurationInfoEntry::getValue)
        .findFirst();
  }

  /** Whether its configuration names anybody who is told of metrics. */
  public boolean reportsMetrics() {
    return configurationEntries().stream()
        .anyMatch(entry -> REPORTER.matcher(entry.getKey()).matches());
  }

  private List<ConfigurationInfoEntry> configurationEntries() {
    return get(
        client.sendRequest(
            ClusterConfigurationInfoHeaders.getInstance(),
            EmptyMessageParameters.getInstance(),
            EmptyRequestBody.getInstance()),
        "configuration of the cluster");
  }

  /** A job of this name that has not ended. */
  public Optional<JobID> running(String name) {
    return get(client.listJobs(), "list of jobs").stream()
        .filter(job -> job.getJobName().equals(name))
        .filter(job -> !job.getJobState().isGloballyTerminalState())
        .map(JobStatusMessage::getJobId)
        .findFirst();
  }

  /** A job that was handed over before. */
  public RemoteJob job(JobID id) {
    return new RemoteJob(client, id);
  }

  /** Hands over a job with its jar. */
  public RemoteJob submit(StreamGraph job, Path jar) {
    job.addJar(new org.apache.flink.core.fs.Path(jar.toUri()));
    try {
      // Operators travel as bytes that the cluster reads with the jar's classes.
      job.serializeUserDefinedInstances();
    } catch (Exception e) {
      throw new StackException("job " + job.getName() + " cannot be serialized: " + e, e);
    }
    return new RemoteJob(client, get(client.submitJob(job), "submission of " + job.getName()));
  }

  /** Its task slots; empty where nobody answers. */
  public Optional<TaskSlots> slots() {
    return RemoteJob.ask(client.getClusterOverview()).map(TaskSlots::of);
  }

  /** TaskManagers that have registered; 0, too, where nobody answers yet. */
  int taskManagers() {
    return RemoteJob.ask(client.getClusterOverview())
        .map(ClusterOverview::getNumTaskManagersConnected)
        .orElse(0);
  }

  @Override
  public void close() {
    client.close();
  }

  /** A failure on the cluster's side comes as the text of its stack trace. */
  private static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String text = root.toString();
    int cause = text.lastIndexOf(CAUSED_BY);
    return text.substring(cause < 0 ? 0 : cause + CAUSED_BY.length())
        .lines()
        .findFirst()
        .orElse(text);
  }

  private static <T> T get(CompletableFuture<? extends T> future, String what) {
    return Waiting.get(future, CALL_LIMIT, what, RemoteCluster::reason);
  }
}
