package io.sapflow.job;

import io.sapflow.adapter.StartWeights;
import io.sapflow.ingest.RecordSignature;
import io.sapflow.job.options.ControlOptions;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.options.LoraOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.model.FiniteWeights;
import io.sapflow.model.LoraLayout;
import io.sapflow.model.ModelConfig;
import io.sapflow.model.ModelFiles;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.apache.flink.configuration.ConfigOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Looks, before a job is submitted, whether it can be run: each setting by itself, the keys in the
 * environment, and the files of model and start adapter by reading them once. Nothing of them stays
 * in memory, and no device is used.
 *
 * <p>A directory that this machine does not have is left to the tasks: they look into it when they
 * open, and what is wrong with it then fails the job for good.
 */
public final class Preflight {

  private static final Logger LOG = LoggerFactory.getLogger(Preflight.class);

  private Preflight() {}

  /**
   * Checks a job.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   * @throws io.sapflow.model.ModelException in one line that names the file, the tensor or key,
   *     what was found and what would be right
   */
  public static void check(JobSettings settings) {
    check(settings, System.getenv());
  }

  /** The same for a job whose tasks have this environment. */
  static void check(JobSettings settings, Map<String, String> environment) {
    settings(settings, environment);
    if (isHere(ModelOptions.PATH, settings.model())) {
      // Its sizes first: the tokenizer is held to them.
      ModelConfig.read(settings.model());
      ModelFactory.encoder(settings).close();
      model(settings);
    }
  }

  /**
   * Checks each setting by itself and the keys in an environment; no file is read.
   *
   * @throws IllegalArgumentException naming the key, what was found and what is expected
   */
  public static void settings(JobSettings settings, Map<String, String> environment) {
    settings.check();
    settings.sources().requireKeys(environment);
    settings.formats().check(environment);
    RecordSignature.of(
        environment, settings.get(JobOptions.NAME), settings.get(ControlOptions.SIGNED));
  }

  /**
   * Reads the model and the adapter to start from once; the tokenizer has a look of its own.
   *
   * @throws io.sapflow.model.ModelException in one line that names the file, the tensor or key,
   *     what was found and what would be right
   */
  public static void model(JobSettings settings) {
    ModelConfig config = ModelConfig.read(settings.model());
    settings.kernel(config).check(config);
    Path from = settings.startAdapter();
    if (from == null || isHere(LoraOptions.FROM, from)) {
      new LoraLayout(config, settings.lora());
      StartWeights start = ModelFactory.start(settings);
      if (start != null) {
        start.read();
      }
    }
    try (ModelFiles files = ModelFiles.open(settings.model())) {
      files.check(config);
      new FiniteWeights(files, settings.computeType()).check(config);
    }
  }

  private static boolean isHere(ConfigOption<String> option, Path directory) {
    boolean here = Files.exists(directory);
    if (!here) {
      LOG.warn(
          "{}: {} is not on this machine; the tasks look into it when they open",
          option.key(),
          directory);
    }
    return here;
  }
}
