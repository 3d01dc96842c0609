package io.sapflow.lab.demo;

import io.sapflow.gate.GateMode;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.Presets;
import io.sapflow.job.SapflowOptions;
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
    values.put(SapflowOptions.MODEL.key(), model.toString());
    values.put(SapflowOptions.CHECKPOINT_INTERVAL.key(), "1 s");
    values.put(SapflowOptions.VERSION_UPDATES.key(), "20");
    // Batches in order of arrival, and pushes known of every fourth: a version of 20 updates then
    // knows some of each source. Sorting by length would gain nothing on examples this alike.
    values.put(SapflowOptions.WINDOW.key(), "10");
    values.put(SapflowOptions.PROBE_REFRESH.key(), "4");
    values.put(SapflowOptions.METHOD.key(), method);
    values.put(SapflowOptions.SEED.key(), Long.toString(seed));
    if (method.equals("sft")) {
      values.put(SapflowOptions.REPLAY_SHARE.key(), "0");
    }
    if (observe) {
      values.put(SapflowOptions.GATE_MODE.key(), GateMode.OBSERVE.name());
    }
    values.putAll(Presets.under(overrides));
    return ConfigFile.of(values);
  }
}
