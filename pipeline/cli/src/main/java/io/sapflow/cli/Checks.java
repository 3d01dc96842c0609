package io.sapflow.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import io.sapflow.model.Check;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Prints checks, each worst difference beside its limit, and writes them as JSON. */
final class Checks {

  private Checks() {}

  /** Returns the exit code: 0 if all hold. */
  static int report(List<Check> checks, Path json) throws IOException {
    for (Check check : checks) {
      System.out.printf(
          "%-4s %-11s %-70s %.3g (limit %.3g)%n",
          check.pass() ? "ok" : "FAIL",
          check.name(),
          check.quantity(),
          check.worst(),
          check.limit());
    }
    boolean pass = !checks.isEmpty() && checks.stream().allMatch(Check::pass);
    System.out.printf(
        "%s: %d of %d checks hold%n",
        pass ? "pass" : "fail", checks.stream().filter(Check::pass).count(), checks.size());
    JsonReport.write(json, object(checks, pass));
    return pass ? 0 : 1;
  }

  private static ObjectNode object(List<Check> checks, boolean pass) {
    ObjectNode root = JsonReport.object();
    root.put("pass", pass);
    ArrayNode array = root.putArray("checks");
    for (Check check : checks) {
      array
          .addObject()
          .put("case", check.name())
          .put("quantity", check.quantity())
          .put("worst", check.worst())
          .put("limit", check.limit())
          .put("pass", check.pass());
    }
    return root;
  }
}
