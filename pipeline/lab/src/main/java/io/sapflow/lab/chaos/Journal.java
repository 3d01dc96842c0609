package io.sapflow.lab.chaos;

import io.sapflow.control.Issuers;
import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.TrainingStep;
import io.sapflow.train.WindowCut;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The commands that a run carried out, and those of persons that it refused, because these have
 * numbered reports, too: each with the step at which it did.
 */
final class Journal {

  private Journal() {}

  /**
   * The same commands, to be carried out at the same steps, in their order; without FLUSH, which
   * comes when all has been read; but with one that names its window, which waits for that.
   */
  static List<ControlCommand> of(Outcome outcome) {
    Map<String, ControlCommand> byId = new HashMap<>();
    outcome.commands().forEach(command -> byId.putIfAbsent(command.getId(), command));
    List<ControlCommand> journal = new ArrayList<>();
    for (TrainingStep step : outcome.steps()) {
      for (AppliedCommand applied : step.getAppliedCommands()) {
        ControlCommand command = byId.get(applied.getId());
        boolean ofItsWindow = command != null && WindowCut.isOne(command);
        if (isNumbered(step, applied) && (applied.getKind() != CommandKind.FLUSH || ofItsWindow)) {
          // A report has the number after that at which the commands that it answers were heard.
          journal.add(
              ControlCommand.newBuilder(command)
                  .setAdapterId(step.getAdapterId())
                  .setAtStep(ofItsWindow ? null : Long.valueOf(step.getStep() - 1))
                  .build());
        }
      }
    }
    return journal;
  }

  private static boolean isNumbered(TrainingStep step, AppliedCommand applied) {
    return step.getStep() >= 0
        && (applied.getOutcome() == CommandOutcome.APPLIED
            || !Issuers.RESERVED.contains(applied.getIssuer()));
  }
}
