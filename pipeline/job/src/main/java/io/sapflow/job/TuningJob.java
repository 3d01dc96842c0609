package io.sapflow.job;

import io.sapflow.job.check.JobChecks;
import io.sapflow.job.check.Purpose;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.resume.Start;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.runtime.state.KeyGroupRangeAssignment;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * The job. As a main class it runs on any Flink cluster: {@code TuningJob --job-config FILE
 * [-Dkey=value ...] [--fresh]}. It goes on from its latest checkpoint or savepoint by itself. A
 * JobManager that runs it again, because it was restarted, begins nothing twice.
 */
public final class TuningJob {

  /** Flink's own parser of application mode takes the second for {@code --configDir}. */
  private static final Set<String> CONFIG = Set.of("--job-config", "--config");

  private TuningJob() {}

  /**
   * Builds the job and hands it to the cluster whose client calls this.
   *
   * @throws RuntimeException in one line, before anything is handed over, if {@link Preflight} or
   *     {@link JobChecks} refuse the job
   */
  public static void main(String[] args) throws Exception {
    Path file = null;
    Map<String, String> overrides = new HashMap<>();
    boolean fresh = false;
    for (int i = 0; i < args.length; i++) {
      if (CONFIG.contains(args[i]) && i + 1 < args.length) {
        file = Path.of(args[++i]);
      } else if (args[i].startsWith("-D") && args[i].contains("=")) {
        int at = args[i].indexOf('=');
        overrides.put(args[i].substring(2, at), args[i].substring(at + 1));
      } else if (args[i].equals("--fresh")) {
        fresh = true;
      } else {
        throw new IllegalArgumentException(
            "found " + args[i] + ", expected --job-config FILE, -Dkey=value or --fresh");
      }
    }
    Configuration configuration =
        file == null ? ConfigFile.of(overrides) : ConfigFile.read(file, overrides);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    Configuration cluster = Configuration.fromMap(env.getConfiguration().toMap());
    BeginOnce.of(cluster, fresh); // Before the model is read.
    Preflight.check(new JobSettings(configuration));
    JobChecks.require(new JobSettings(configuration), Purpose.JAR, System.err::println);
    Start start = JobStart.find(cluster, JobStart.root(cluster), fresh, System.err::println);
    System.out.println(start.words());
    System.out.println(start.stopWords("JOB-ID"));
    Configuration complete = RestartRules.onACluster(start.complete(configuration));
    env.configure(complete);
    StreamGraph graph = graph(env, complete);
    start.begin();
    env.execute(graph);
  }

  /** The job's graph for a local or a remote environment; {@link Preflight} comes first. */
  public static StreamGraph graph(Configuration configuration) {
    Preflight.check(new JobSettings(configuration));
    return checkedGraph(configuration);
  }

  /** The same for a configuration that {@link Preflight} has passed: it reads the whole model. */
  public static StreamGraph checkedGraph(Configuration configuration) {
    return graph(StreamExecutionEnvironment.getExecutionEnvironment(configuration), configuration);
  }

  private static StreamGraph graph(StreamExecutionEnvironment env, Configuration configuration) {
    JobSettings settings = new JobSettings(Writers.begin(configuration)).withStartSpec();
    Configuration flink = new Configuration();
    flink.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(PipelineOptions.MAX_PARALLELISM, JobOptions.MAX_PARALLELISM);
    flink.set(PipelineOptions.NAME, settings.get(JobOptions.NAME));
    RestartRules.complete(configuration, flink);
    CheckpointRules.complete(settings, flink);
    env.configure(flink);
    env.setParallelism(settings.get(JobOptions.PARALLELISM));
    env.enableCheckpointing(
        settings.get(CheckpointOptions.INTERVAL).toMillis(), CheckpointingMode.EXACTLY_ONCE);
    KafkaClients kafka = settings.kafka();
    TopicNames names = settings.topics();
    PromptsAtStart prompts = PromptsAtStart.read(kafka, names.of(Topic.PROBE_PROMPTS));
    EnoughPrompts.check(settings, prompts.harmful(), prompts.benign());
    TopicStreams topics =
        new TopicStreams(
            env,
            settings,
            configuration.get(Start.LATER_ORDERS_ONLY)
                ? LastOffsets.ends(kafka, names.of(Topic.CONTROL))
                : Map.of());
    new Topology(
            topics, settings, LastOffsets.of(kafka, names.of(Topic.SAFETY_PAIRS)), prompts.last())
        .build();
    return env.getStreamGraph();
  }

  /**
   * The subtask that keeps an adapter's state.
   *
   * @param subtasks how many there are
   */
  public static int subtaskOf(String adapter, int subtasks) {
    return KeyGroupRangeAssignment.assignKeyToParallelOperator(
        adapter, JobOptions.MAX_PARALLELISM, subtasks);
  }
}
