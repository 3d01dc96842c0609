package io.sapflow.pipeline.job;

import io.sapflow.model.ModelConfig;
import io.sapflow.schema.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.PipelineOptions;
import org.apache.flink.configuration.RestartStrategyOptions;
import org.apache.flink.core.execution.CheckpointingMode;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.streaming.api.graph.StreamGraph;

/**
 * The job. As a main class it runs on any Flink cluster: {@code TuningJob --config FILE
 * [-Dkey=value ...]}.
 */
public final class TuningJob {

  private static final int MAX_PARALLELISM = 128;

  private TuningJob() {}

  /** Builds the job and hands it to the cluster whose client calls this. */
  public static void main(String[] args) throws Exception {
    Path file = null;
    Map<String, String> overrides = new HashMap<>();
    for (int i = 0; i < args.length; i++) {
      if (args[i].equals("--config") && i + 1 < args.length) {
        file = Path.of(args[++i]);
      } else if (args[i].startsWith("-D") && args[i].contains("=")) {
        int at = args[i].indexOf('=');
        overrides.put(args[i].substring(2, at), args[i].substring(at + 1));
      } else {
        throw new IllegalArgumentException(
            "found " + args[i] + ", expected --config FILE or -Dkey=value");
      }
    }
    Configuration configuration =
        file == null ? ConfigFile.of(overrides) : ConfigFile.read(file, overrides);
    StreamExecutionEnvironment env =
        StreamExecutionEnvironment.getExecutionEnvironment(configuration);
    env.execute(graph(env, configuration));
  }

  /** The job's graph for a local or a remote environment. */
  public static StreamGraph graph(Configuration configuration) {
    return graph(StreamExecutionEnvironment.getExecutionEnvironment(configuration), configuration);
  }

  private static StreamGraph graph(StreamExecutionEnvironment env, Configuration configuration) {
    JobSettings settings = new JobSettings(configuration);
    if (Files.isRegularFile(settings.model().resolve("config.json"))) {
      // Where the client sees the model, what does not fit it is refused before anything runs.
      settings.kernel(ModelConfig.read(settings.model()));
    }
    Configuration flink = new Configuration();
    flink.set(PipelineOptions.AUTO_GENERATE_UIDS, false);
    flink.set(PipelineOptions.GENERIC_TYPES, false);
    flink.set(PipelineOptions.MAX_PARALLELISM, MAX_PARALLELISM);
    flink.set(PipelineOptions.NAME, settings.get(SapflowOptions.JOB_NAME));
    if (!configuration.contains(RestartStrategyOptions.RESTART_STRATEGY)) {
      flink.set(RestartStrategyOptions.RESTART_STRATEGY, "fixed-delay");
      flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_ATTEMPTS, Integer.MAX_VALUE);
      flink.set(RestartStrategyOptions.RESTART_STRATEGY_FIXED_DELAY_DELAY, Duration.ofMillis(500));
    }
    env.configure(flink);
    env.setParallelism(settings.get(SapflowOptions.PARALLELISM));
    env.enableCheckpointing(
        settings.get(SapflowOptions.CHECKPOINT_INTERVAL).toMillis(),
        CheckpointingMode.EXACTLY_ONCE);
    String servers = settings.get(SapflowOptions.BOOTSTRAP_SERVERS);
    new Topology(
            env,
            settings,
            LastOffsets.of(servers, Topics.SAFETY_PAIRS),
            LastOffsets.of(servers, Topics.PROBE_PROMPTS))
        .build();
    return env.getStreamGraph();
  }
}
