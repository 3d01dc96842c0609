package io.sapflow.control;

import io.sapflow.alert.AlertRule;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.SafetyAlert;
import java.util.ArrayList;
import java.util.List;
import org.apache.flink.api.common.functions.FlatMapFunction;
import org.apache.flink.util.Collector;

/** Alerts as commands. */
public final class AlertCommandFunction implements FlatMapFunction<SafetyAlert, ControlCommand> {

  private static final long serialVersionUID = 1;

  private final List<AlertRule> rules;

  /** A function for the rules in force. */
  public AlertCommandFunction(List<AlertRule> rules) {
    this.rules = new ArrayList<>(rules);
  }

  @Override
  public void flatMap(SafetyAlert alert, Collector<ControlCommand> out) {
    AlertCommands.of(alert, rules).ifPresent(out::collect);
  }
}
