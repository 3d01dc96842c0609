package io.sapflow.control;

import io.sapflow.ingest.Hmac;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.CommandContent;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.train.CommandCheck;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Optional;

/**
 * Signs commands, and tells which ones are signed: HMAC-SHA256 over {@link CommandContent#bytes},
 * with one key for all who may give commands.
 *
 * <p>Not thread-safe and not serializable: one for each thread, made where it is used.
 */
public final class CommandSignature implements CommandCheck {

  /** The variable of the environment that holds the key. */
  public static final String VARIABLE = "SAPFLOW_CONTROL_KEY";

  private static final String STAGE = "control";

  private final Hmac key;

  /** Signs with this key. */
  public CommandSignature(Hmac key) {
    this.key = key;
  }

  /** With the key of an environment; empty where it has none. */
  public static Optional<CommandSignature> of(Map<String, String> environment) {
    return Hmac.of(environment, VARIABLE).map(CommandSignature::new);
  }

  /**
   * The key of an environment, if there is one or there must be.
   *
   * @param required whether unsigned commands are out of the question
   * @throws IllegalArgumentException naming the variable, if it is required and missing
   */
  public static Optional<CommandSignature> of(Map<String, String> environment, boolean required) {
    Optional<CommandSignature> signature = of(environment);
    if (required && signature.isEmpty()) {
      throw new IllegalArgumentException(
          VARIABLE
              + ": is missing in the environment, expected the key of commands, because"
              + " sapflow.control.signed is true");
    }
    return signature;
  }

  /** The command with its signature, in place of any that it has. */
  public ControlCommand sign(ControlCommand command) {
    return ControlCommand.newBuilder(command)
        .setSignature(ByteBuffer.wrap(key.of(CommandContent.bytes(command))))
        .build();
  }

  @Override
  public void check(ControlCommand command) throws RejectedRecordException {
    if (command.getSignature() == null) {
      throw new RejectedRecordException(
          STAGE,
          QuarantineReason.UNSIGNED_COMMAND,
          "signature: found none, expected one with the key in " + VARIABLE);
    }
    byte[] signature = new byte[command.getSignature().remaining()];
    command.getSignature().duplicate().get(signature);
    if (!key.matches(CommandContent.bytes(command), signature)) {
      throw new RejectedRecordException(
          STAGE,
          QuarantineReason.BAD_SIGNATURE,
          "signature: found one that the key in "
              + VARIABLE
              + " did not make, expected one over the command as it is");
    }
  }
}
