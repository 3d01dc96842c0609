package io.sapflow.local.run;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.gate.Scores;
import io.sapflow.local.files.JsonReport;
import io.sapflow.schema.AdapterVersion;
import io.sapflow.schema.SafetyAlert;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Collection;

/** The JSON object that {@code demo} and {@code tune} write. */
public final class Summary {

  private final ObjectNode root = JsonReport.object();

  /** What the job wrote. */
  public static Summary of(long seed, int sent, Tally tally) {
    Summary summary = new Summary();
    ObjectNode root = summary.root;
    root.put("seed", seed);
    ObjectNode examples = root.putObject("examples");
    examples.put("sent", sent).put("trained", tally.trained());
    ObjectNode quarantined = examples.putObject("quarantined");
    tally.quarantined().forEach(quarantined::put);
    root.put("steps", tally.steps());
    ArrayNode alerts = root.putArray("alerts");
    for (SafetyAlert alert : tally.alerts()) {
      alerts
          .addObject()
          .put("rule", alert.getRule())
          .put("status", alert.getStatus().name())
          .put("step", alert.getEvidence() == null ? null : (Long) alert.getEvidence().getStep());
    }
    ArrayNode versions = root.putArray("versions");
    for (AdapterVersion version : tally.versions()) {
      versions
          .addObject()
          .put("version", version.getVersion())
          .put("step", version.getStep())
          .put("status", version.getStatus().name())
          .put("harmfulScore", Scores.harmful(tally.report(version.getVersion())))
          .put("sha256", version.getSha256());
    }
    root.put("rollbacks", tally.rollbacks());
    summary.strings("quarantinedSources", tally.quarantinedSources());
    return summary;
  }

  /** Adds a number, null where it was not measured. */
  public Summary number(String name, Double value) {
    root.put(name, value);
    return this;
  }

  /** Adds an object of numbers. */
  public Summary numbers(String name, Object... namesAndValues) {
    ObjectNode object = root.putObject(name);
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.put((String) namesAndValues[i], (Double) namesAndValues[i + 1]);
    }
    return this;
  }

  /** Adds a text. */
  public Summary text(String name, String value) {
    root.put(name, value);
    return this;
  }

  /** Adds texts. */
  public Summary strings(String name, Collection<String> values) {
    ArrayNode array = root.putArray(name);
    values.forEach(array::add);
    return this;
  }

  /** Writes the object, if a file is given. */
  public void write(Path file) {
    try {
      JsonReport.write(file, root);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
