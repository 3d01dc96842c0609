package io.sapflow.lab.demo;

import io.sapflow.alert.Rule;
import io.sapflow.gate.GateMode;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.Presets;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.BatchingOptions;
import io.sapflow.job.options.CheckpointOptions;
import io.sapflow.job.options.GateOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.RuleOptions;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.job.options.TrainingOptions;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.apache.flink.configuration.Configuration;

/** The job's configuration in the demo: the defaults, but for what makes a small world quick. */
public final class DemoSettings {

  private DemoSettings() {}

  /**
   * A configuration.
   *
   * @param model the toy model's directory
   * @param method sap, or sft: then without replay, too
   * @param observe whether the gate only observes
   * @param overrides options on top
   */
  public static Configuration configuration(
      Path model, long seed, String method, boolean observe, Map<String, String> overrides) {
    Map<String, String> values = new TreeMap<>();
    values.put(ModelOptions.PATH.key(), model.toString());
    values.put(CheckpointOptions.INTERVAL.key(), "1 s");
    values.put(AdapterOptions.VERSION_UPDATES.key(), "20");
    // Batches in order of arrival: sorting by length would gain nothing on examples this alike. A
    // version has 20 updates, and the probe is computed anew several times in it.
    values.put(BatchingOptions.WINDOW.key(), "10");
    values.put(SafetyOptions.PROBE_REFRESH.key(), "4");
    values.put(TrainingOptions.METHOD.key(), method);
    values.put(TrainingOptions.SEED.key(), Long.toString(seed));
    if (method.equals("sft")) {
      values.put(SafetyOptions.REPLAY_SHARE.key(), "0");
    }
    if (observe) {
      values.put(GateOptions.MODE.key(), GateMode.OBSERVE.name());
    }
    // The demo is over before a pager's time is: its alerts end when they end.
    for (Rule rule : Rule.values()) {
      values.put(RuleOptions.of(rule).keepFiringFor().key(), "0 s");
    }
    // Nor is there a person who would acknowledge what was done.
    values.put(RuleOptions.of(Rule.INCIDENT).enabled().key(), "false");
    values.putAll(Presets.under(overrides));
    return ConfigFile.of(values);
  }
}
