package io.sapflow.publish;

import java.io.Serializable;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Whose alerts these are: the labels that people's receivers see beside those of the records.
 *
 * @param job name of the job, the label {@code job}
 * @param environment where it runs, the label {@code environment}; null for none
 * @param labels further ones by name
 * @param address where people see the job, in which {@code {adapter}} and {@code {rule}} are
 *     replaced: {@code generatorURL}; null for none
 */
public record AlertOrigin(
    String job, String environment, Map<String, String> labels, String address)
    implements Serializable {

  private static final String JOB = "job";
  private static final String ENVIRONMENT = "environment";

  /** Labels that Sapflow gives its alerts itself. */
  private static final Set<String> OWN =
      Set.of("alertname", "adapter", "severity", "judge", "source", "set", JOB, ENVIRONMENT);

  /** Prometheus' rule for names of labels. */
  private static final Pattern NAME = Pattern.compile("[a-zA-Z_][a-zA-Z0-9_]*");

  /**
   * Checks the labels.
   *
   * @throws IllegalArgumentException naming the option, what was found and what is expected
   */
  public AlertOrigin {
    labels = Map.copyOf(labels);
    new TreeMap<>(labels).forEach(AlertOrigin::check);
  }

  private static void check(String name, String value) {
    String found = "sapflow.alert.labels: found " + name + ", expected ";
    // Prometheus keeps names that begin with two lines to itself.
    if (!NAME.matcher(name).matches() || name.startsWith("__")) {
      throw new IllegalArgumentException(
          found
              + "a name of letters, digits and _ that begins with none of 0 to 9 and not with __");
    }
    if (OWN.contains(name)) {
      throw new IllegalArgumentException(
          found
              + "a name other than Sapflow's own: "
              + String.join(", ", OWN.stream().sorted().toList()));
    }
    if (value.isBlank()) {
      throw new IllegalArgumentException(
          "sapflow.alert.labels: found no value of " + name + ", expected one");
    }
  }

  /** All labels of an alert whose record has these. */
  Map<String, String> labels(Map<String, String> ofRecord) {
    TreeMap<String, String> all = new TreeMap<>(labels);
    all.put(JOB, job);
    if (environment != null) {
      all.put(ENVIRONMENT, environment);
    }
    all.putAll(ofRecord);
    return all;
  }

  /** Where people see what an alert is about; null where no address is known. */
  public String address(String adapterId, String rule) {
    return address == null
        ? null
        : address.replace("{adapter}", encoded(adapterId)).replace("{rule}", encoded(rule));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
