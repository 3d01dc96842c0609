package io.sapflow.control;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.ControlCommand;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Judgements as commands. */
public final class ControlFunction implements FlatMapFunction<Judgement, ControlCommand> {

  private static final long serialVersionUID = 1;

  @Override
  public void flatMap(Judgement judgement, Collector<ControlCommand> out) {
    VerdictCommands.of(judgement).forEach(out::collect);
  }
}
