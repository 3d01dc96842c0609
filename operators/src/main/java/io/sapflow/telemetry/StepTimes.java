package io.sapflow.telemetry;

import io.sapflow.schema.StepTime;
import java.util.ArrayList;
import java.util.List;

/** When steps were reported; of many only some are remembered, about equally far apart. */
final class StepTimes {

  /** Steps that are remembered. */
  static final int MOST = 128;

  private StepTimes() {}

  /** With one more, at the end; a step that is not after the last is none. */
  static List<StepTime> with(List<StepTime> times, long step, long time) {
    if (!times.isEmpty() && times.get(times.size() - 1).getStep() >= step) {
      return times;
    }
    List<StepTime> more = new ArrayList<>(times);
    more.add(new StepTime(step, time));
    if (more.size() > MOST) {
      more.remove(closest(more));
    }
    return more;
  }

  /** The one that lies closest between its neighbours. */
  private static int closest(List<StepTime> times) {
    int closest = 1;
    for (int i = 2; i < times.size() - 1; i++) {
      closest = width(times, i) < width(times, closest) ? i : closest;
    }
    return closest;
  }

  private static long width(List<StepTime> times, int i) {
    return times.get(i + 1).getStep() - times.get(i - 1).getStep();
  }

  /** Without those up to a step. */
  static List<StepTime> after(List<StepTime> times, long step) {
    return times.stream().filter(each -> each.getStep() > step).toList();
  }

  /**
   * When a step was reported, epoch milliseconds: the time of the last one up to it that is
   * remembered, or of the first one; {@code unknown} where none is.
   */
  static long of(List<StepTime> times, long step, long unknown) {
    Long found = null;
    for (StepTime each : times) {
      if (found == null || each.getStep() <= step) {
        found = each.getTime();
      }
    }
    return found == null ? unknown : found;
  }
}
