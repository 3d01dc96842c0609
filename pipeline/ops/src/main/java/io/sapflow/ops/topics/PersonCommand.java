package io.sapflow.ops.topics;

import io.sapflow.control.CommandRules;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a person commands, and why.
 *
 * @param adapter its id, or * for all
 * @param version what to go back to; null for the promoted one
 * @param source the source that is meant; null where none is
 * @param seen how many rollbacks and quarantines of sources are acknowledged; null for none
 * @param atStep not before this step; null for at once
 */
public record PersonCommand(
    CommandKind kind,
    String adapter,
    String version,
    String source,
    Integer seen,
    Long atStep,
    String issuer,
    String reason) {

  /**
   * The command for the control topic, for any generation of the adapter.
   *
   * @param id unique among all commands
   * @param time when it is given, epoch milliseconds
   */
  public ControlCommand command(String id, long time) {
    Map<String, String> arguments = new TreeMap<>();
    if (version != null) {
      arguments.put("version", version);
    }
    if (source != null) {
      arguments.put("source", source);
    }
    if (seen != null) {
      arguments.put(CommandRules.SEEN, seen.toString());
    }
    return ControlCommand.newBuilder()
        .setId(id)
        .setAdapterId(adapter)
        .setKind(kind)
        .setArguments(arguments)
        .setAtStep(atStep)
        .setIssuer(issuer)
        .setReason(reason)
        .setTime(time)
        .build();
  }
}
