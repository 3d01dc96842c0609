package io.sapflow.lab.bench;

import io.sapflow.schema.TrainingStep;
import java.util.List;

/**
 * How fast steps followed each other, from the report of the first to that of the last.
 *
 * @param usefulTokens of all steps but the first
 * @param seconds from the first report to the last
 * @param stepSeconds of that, inside of steps
 */
record Pace(long usefulTokens, double seconds, double stepSeconds) {

  static Pace of(List<Timed<TrainingStep>> steps) {
    long tokens = 0;
    double inside = 0;
    for (Timed<TrainingStep> each : steps.subList(1, steps.size())) {
      tokens += each.record().getTokens();
      inside += each.record().getDurationMillis() / 1e3;
    }
    long millis = steps.get(steps.size() - 1).millis() - steps.get(0).millis();
    return new Pace(tokens, millis / 1e3, inside);
  }

  static Pace sum(List<Pace> paces) {
    return new Pace(
        paces.stream().mapToLong(Pace::usefulTokens).sum(),
        paces.stream().mapToDouble(Pace::seconds).sum(),
        paces.stream().mapToDouble(Pace::stepSeconds).sum());
  }

  double tokensPerSecond() {
    return usefulTokens / seconds;
  }
}
