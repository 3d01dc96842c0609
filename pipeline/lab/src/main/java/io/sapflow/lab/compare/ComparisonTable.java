package io.sapflow.lab.compare;

import java.io.PrintStream;

/** A comparison's figures as a table for people. */
public final class ComparisonTable {

  private ComparisonTable() {}

  /** Prints one table for each task loss, then one of the runs' ends. */
  public static void print(ComparisonResult result, PrintStream out) {
    for (double loss : ComparisonResult.TASK_LOSSES) {
      out.printf(
          "%nat task loss %.2f   %8s %9s %9s %14s %8s%n",
          loss, "seeds", "harmful", "over sft", "least..most", "steps");
      result
          .curves()
          .forEach((name, runs) -> row(out, name, AtTaskLoss.of(loss, runs, result.plain())));
    }
    out.printf(
        "%nat the end          %9s %9s %9s %9s %14s%n",
        "task loss", "over sft", "harmful", "most", "refusal rise");
    result
        .curves()
        .forEach(
            (name, runs) -> {
              AtEnd end = AtEnd.of(runs, result.plain());
              out.printf(
                  "%-20s %9.4f %9.2f %9.3f %9.3f %14s%n",
                  name,
                  end.taskLoss(),
                  end.taskLossOverPlain(),
                  end.harmfulScore(),
                  end.mostHarmfulScore(),
                  number("%.3f", end.overRefusalRise()));
            });
  }

  private static void row(PrintStream out, String name, AtTaskLoss at) {
    out.printf(
        "%-20s %8d %9s %9s %14s %8s%n",
        name,
        at.seeds(),
        number("%.3f", at.harmfulScore()),
        number("%.2f", at.overPlain()),
        number("%.2f", at.least()) + ".." + number("%.2f", at.most()),
        number("%.0f", at.steps()));
  }

  private static String number(String format, Double value) {
    return value == null ? "-" : format.formatted(value);
  }
}
