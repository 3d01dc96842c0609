package io.sapflow.control;

import io.sapflow.schema.ControlCommand;
import java.io.Serializable;
import java.util.Optional;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.functions.RichMapFunction;

/** Signs the job's own commands, where there is a key. */
public final class SignFunction extends RichMapFunction<ControlCommand, ControlCommand> {

  private static final long serialVersionUID = 1;

  private final Source source;
  private transient Optional<CommandSignature> signature;

  /** Opens the key on a TaskManager. */
  public interface Source extends Serializable {

    /** The key that its environment has, if any. */
    Optional<CommandSignature> open();
  }

  /** Signs with the key that is opened. */
  public SignFunction(Source source) {
    this.source = source;
  }

  @Override
  public void open(OpenContext context) {
    signature = source.open();
  }

  @Override
  public ControlCommand map(ControlCommand command) {
    return signature.map(key -> key.sign(command)).orElse(command);
  }
}
