package io.sapflow.lab.chaos;

import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.OffsetRange;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.QuarantinedRecord;
import io.sapflow.schema.StepStatus;
import io.sapflow.schema.TopicNames;
import io.sapflow.schema.TrainingStep;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Counts what became of each example. */
final class ExampleCount {

  /** How a rollback is answered; a version's name begins with its step. */
  private static final Pattern ANSWER = Pattern.compile("to (\\d+)-[0-9a-f]+, .*");

  /** An example in the step that trained it. */
  private record Trained(Outcome.Place place, long step) {}

  private final Outcome outcome;

  /** Trained, or set aside before that. */
  private final Map<Outcome.Place, Integer> handled = new HashMap<>();

  /** Trained, and undone by a rollback; less those that were set aside for that. */
  private final Map<Outcome.Place, Integer> undone = new HashMap<>();

  ExampleCount(Outcome outcome) {
    this.outcome = outcome;
    Map<String, List<Trained>> since = new HashMap<>();
    for (TrainingStep step : outcome.steps()) {
      List<Trained> trained = since.computeIfAbsent(step.getAdapterId(), id -> new ArrayList<>());
      for (AppliedCommand command : step.getAppliedCommands()) {
        if (command.getKind() == CommandKind.ROLLBACK
            && command.getOutcome() == CommandOutcome.APPLIED) {
          undo(trained, target(command));
        }
      }
      if (step.getOutcome() == StepStatus.TRAINED) {
        for (Outcome.Place place : places(step)) {
          handled.merge(place, 1, Integer::sum);
          trained.add(new Trained(place, step.getStep()));
        }
      }
    }
    for (QuarantinedRecord record : outcome.quarantined()) {
      if (TopicNames.DEFAULT.holdsExamples(record.getTopic())) {
        Outcome.Place place =
            new Outcome.Place(record.getTopic(), record.getPartition(), record.getOffset());
        if (QuarantineReason.SAFETY_ROLLBACK.of(record)) {
          undone.merge(place, -1, Integer::sum);
        } else {
          handled.merge(place, 1, Integer::sum);
        }
      }
    }
  }

  private void undo(List<Trained> trained, long target) {
    for (Trained each : List.copyOf(trained)) {
      if (each.step() > target) {
        undone.merge(each.place(), 1, Integer::sum);
        trained.remove(each);
      }
    }
  }

  private static long target(AppliedCommand command) {
    Matcher answer = ANSWER.matcher(command.getReason());
    if (!answer.matches()) {
      throw new IllegalStateException("no version in the answer " + command.getReason());
    }
    return Long.parseLong(answer.group(1));
  }

  private static List<Outcome.Place> places(TrainingStep step) {
    List<Outcome.Place> places = new ArrayList<>();
    for (OffsetRange range : step.getOffsets()) {
      for (long offset = range.getFirstOffset(); offset <= range.getLastOffset(); offset++) {
        places.add(new Outcome.Place(range.getTopic(), range.getPartition(), offset));
      }
    }
    return places;
  }

  /** Examples that were neither trained nor set aside. */
  int lost() {
    return (int) outcome.examples().stream().filter(place -> !handled.containsKey(place)).count();
  }

  /** Examples that were trained or set aside more than once. */
  int twice() {
    return (int) handled.values().stream().filter(times -> times > 1).count();
  }

  /** What a rollback undid is set aside once, and nothing else is. */
  List<String> rolledBackFaults() {
    List<String> faults = new ArrayList<>();
    undone.forEach(
        (place, open) -> {
          if (open != 0) {
            faults.add(
                "offset "
                    + place.offset()
                    + ": "
                    + (open > 0 ? "undone, but not set aside" : "set aside once too often"));
          }
        });
    return faults;
  }
}
