package io.sapflow.local.run;

import io.sapflow.job.ConfigFile;
import io.sapflow.local.stack.WorkDirectory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;

/**
 * The files of a golden savepoint of the whole job: {@code savepoint}, the {@code adapters} that
 * the job had stored by then, and {@code facts.properties}, what was true of it. The model is one
 * for all formats.
 *
 * @param directory of one format
 */
record GoldenFiles(Path directory) {

  private static final Path ROOT = Path.of("src/test/resources/state");

  /** Those of a format of the job's state. */
  static GoldenFiles of(int format) {
    return new GoldenFiles(ROOT.resolve("job-" + format));
  }

  /** The base model of all savepoints, with random weights. */
  static Path model() {
    return ROOT.resolve("job-model").toAbsolutePath();
  }

  Path savepoint() {
    return directory.resolve("savepoint").toAbsolutePath();
  }

  /** The store of adapter versions as it was. */
  Path adapters() {
    return directory.resolve("adapters").toAbsolutePath();
  }

  /** The same in a run's directory, for a job to go on with. */
  Path adaptersCopied(WorkDirectory work) {
    Path copy = work.resolve("adapters");
    copy(adapters(), copy);
    return copy;
  }

  /** What was true at the savepoint. */
  Properties facts() throws IOException {
    Properties facts = new Properties();
    try (var in = Files.newBufferedReader(directory.resolve("facts.properties"))) {
      facts.load(in);
    }
    return facts;
  }

  /** Writes all of it, over what is there. */
  void write(Path savepoint, Path adapters, Map<String, String> facts) throws IOException {
    copy(savepoint, savepoint());
    copy(adapters, adapters());
    StringBuilder lines = new StringBuilder();
    new TreeMap<>(facts).forEach((key, value) -> lines.append(key + "=" + value + "\n"));
    Files.writeString(directory.resolve("facts.properties"), lines);
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : (Iterable<Path>) files::iterator) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target, StandardCopyOption.REPLACE_EXISTING);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The job's settings, the same before the savepoint and after it.
   *
   * @param adapters the store of adapter versions
   * @param outside the address of the servers that the job talks to
   */
  static Configuration configuration(Path adapters, String outside) {
    Map<String, String> values = new TreeMap<>();
    values.put("sapflow.job.name", "golden");
    values.put("sapflow.checkpoint.interval", "500 ms");
    values.put("sapflow.model.path", model().toString());
    values.put("sapflow.adapter.store", adapters.toUri().toString());
    values.put("sapflow.lora.rank", "2");
    values.put("sapflow.batch.window", "4");
    values.put("sapflow.batch.rows", "4");
    values.put("sapflow.adapter.version-updates", "2");
    values.put("sapflow.sap.replay-share", "0");
    values.put("sapflow.probe.judges", "moderation");
    values.put("sapflow.judge.moderation.url", outside + "/moderations");
    values.put("sapflow.judge.moderation.timeout", "5 min");
    // Each report asks other prompts than the one before it.
    values.put("sapflow.probe.prompts", "4");
    values.put("sapflow.probe.core-share", "0");
    values.put("sapflow.probe.answer-tokens", "4");
    values.put("sapflow.alert.answers-cut.enabled", "false");
    values.put("sapflow.probe.interval", GoldenScript.INTERVAL.toSeconds() + " s");
    // So few prompts are asked that what the default needs would promote nothing.
    values.put("sapflow.gate.least-prompts", "1");
    values.put("sapflow.gate.source-examples", "1000");
    values.put("sapflow.alert.quarantine-rate.threshold", "0.6");
    values.put("sapflow.alert.quarantine-rate.hysteresis", "0.02");
    values.put("sapflow.alert.probe-overdue.threshold", "1");
    values.put("sapflow.alert.webhook.url", outside);
    values.put("sapflow.alert.webhook.repeat", "2 s");
    values.put("sapflow.publish.vllm.url", outside);
    return ConfigFile.of(values);
  }
}
