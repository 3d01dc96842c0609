package io.sapflow.control;

import io.sapflow.gate.Judgement;
import io.sapflow.gate.Verdict;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.Hold;
import io.sapflow.schema.ProbeReport;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/**
 * Judgements that ask for a rollback as holds, which are with the trainer before the command is
 * committed.
 */
public final class HoldFunction implements FlatMapFunction<Judgement, Hold> {

  private static final long serialVersionUID = 1;

  @Override
  public void flatMap(Judgement judgement, Collector<Hold> out) {
    if (judgement.verdict() == Verdict.ROLL_BACK) {
      ProbeReport report = judgement.report();
      out.collect(
          new Hold(
              VerdictCommands.id(report, CommandKind.ROLLBACK),
              report.getAdapterId(),
              report.getGeneration(),
              report.getVersion(),
              report.getStep(),
              report.getTime()));
    }
  }
}
