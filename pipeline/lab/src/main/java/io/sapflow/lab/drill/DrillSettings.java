package io.sapflow.lab.drill;

import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.JudgeOptions;
import io.sapflow.job.options.ProbeOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.lab.demo.DemoSettings;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** The job's configuration in an incident: the demo's, but quicker. */
final class DrillSettings {

  private DrillSettings() {}

  /**
   * A configuration.
   *
   * @param model the toy model's directory
   * @param judge the outside judge; null without one
   */
  static Configuration configuration(Path model, Incident incident, long seed, URI judge) {
    Map<String, String> values = new TreeMap<>();
    // Few steps are all that an incident has: the probe follows them closely.
    values.put(SafetyOptions.PROBE_REFRESH.key(), "2");
    values.put(AdapterOptions.VERSION_UPDATES.key(), "10");
    // Verdicts are read, and answered, with the next checkpoint.
    values.put(CheckpointOptions.INTERVAL.key(), "300 ms");
    // What is good enough to be promoted ends the alert: so few prompts know little in between.
    values.put("sapflow.alert.harmful-score.hysteresis", "0");
    if (judge != null) {
      values.put(ProbeOptions.JUDGES.key(), "refusal;moderation");
      values.put(JudgeOptions.MODERATION_URL.key(), judge.toString());
      // A judge that is back is asked again within an incident.
      values.put(JudgeOptions.RETRY_DELAY.key(), "100 ms");
      values.put(JudgeOptions.BREAKER_DELAY.key(), "500 ms");
    }
    values.putAll(incident.options());
    return DemoSettings.configuration(model, seed, "sap", false, values);
  }
}
