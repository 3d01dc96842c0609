package io.sapflow.lab.bench;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.List;

/**
 * The job's speed against the bare loop's.
 *
 * @param bare of each round
 * @param job of each round, on the same examples
 */
public record PipelineBenchResult(List<Pace> bare, List<Pace> job) {

  /** Median over the rounds of the job's useful tokens per second over the bare loop's. */
  public double ratio() {
    double[] ratios = new double[bare.size()];
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] = job.get(i).tokensPerSecond() / bare.get(i).tokensPerSecond();
    }
    return Medians.of(ratios);
  }

  /** For a person. */
  public List<String> lines() {
    Pace bareAll = Pace.sum(bare);
    Pace jobAll = Pace.sum(job);
    return List.of(
        String.format("%-10s %15s %20s", "", "useful tokens/s", "of that in steps, %"),
        line("bare loop", bareAll),
        line("job", jobAll),
        String.format(
            "the job runs at %.3f of the bare loop's speed (median of %d rounds): its steps take"
                + " %.3f times as long, and %.1f %% of its time is between steps",
            ratio(),
            bare.size(),
            jobAll.stepSeconds() / bareAll.stepSeconds(),
            100 * (1 - jobAll.stepSeconds() / jobAll.seconds())));
  }

  private static String line(String name, Pace pace) {
    return String.format(
        "%-10s %15.1f %20.1f",
        name, pace.tokensPerSecond(), 100 * pace.stepSeconds() / pace.seconds());
  }

  /** As JSON. */
  public ObjectNode toJson() {
    Pace bareAll = Pace.sum(bare);
    Pace jobAll = Pace.sum(job);
    return JsonReport.object()
        .put("bareTokensPerSecond", bareAll.tokensPerSecond())
        .put("jobTokensPerSecond", jobAll.tokensPerSecond())
        .put("ratio", ratio())
        .put("rounds", bare.size())
        .put("stepTimeOverBare", jobAll.stepSeconds() / bareAll.stepSeconds())
        .put("shareBetweenSteps", 1 - jobAll.stepSeconds() / jobAll.seconds());
  }
}
