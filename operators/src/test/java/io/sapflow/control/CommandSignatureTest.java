package io.sapflow.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.RecordCodec;
import java.nio.ByteBuffer;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandSignatureTest {

  private static final CommandSignature SIGNATURE = signature("a key of tests");

  private static final ControlCommand COMMAND =
      ControlCommand.newBuilder()
          .setId("person/1")
          .setAdapterId("helper")
          .setKind(CommandKind.ROLLBACK)
          .setArguments(Map.of("version", "20-0123456789ab", "note", "n", "aa", "b", "BB", "c"))
          .setIssuer("ada")
          .setTime(5)
          .build();

  private static CommandSignature signature(String key) {
    return CommandSignature.of(Map.of("SAPFLOW_CONTROL_KEY", key)).orElseThrow();
  }

  private static RejectedRecordException refusal(ControlCommand command) {
    return catchThrowableOfType(RejectedRecordException.class, () -> SIGNATURE.check(command));
  }

  @Test
  void check_signedAndSentOverATopic_passes() throws Exception {
    RecordCodec<ControlCommand> codec = RecordCodec.of(ControlCommand.class);
    ControlCommand read = codec.decode(codec.encode(SIGNATURE.sign(COMMAND)));
    assertThatCode(() -> SIGNATURE.check(read)).doesNotThrowAnyException();
    assertThat(SIGNATURE.sign(read)).isEqualTo(read);
  }

  @Test
  void check_unsigned_isRefused() {
    RejectedRecordException refused = refusal(COMMAND);
    assertThat(refused.stage()).isEqualTo("control");
    assertThat(refused.code()).isEqualTo(QuarantineReason.UNSIGNED_COMMAND);
    assertThat(refused)
        .hasMessage("signature: found none, expected one with the key in SAPFLOW_CONTROL_KEY");
  }

  @Test
  void check_anotherKeyOrAnotherCommand_isRefused() {
    RejectedRecordException refused = refusal(signature("another key").sign(COMMAND));
    assertThat(refused.code()).isEqualTo(QuarantineReason.BAD_SIGNATURE);
    assertThat(refused)
        .hasMessage(
            "signature: found one that the key in SAPFLOW_CONTROL_KEY did not make, expected one"
                + " over the command as it is");
    ControlCommand altered =
        ControlCommand.newBuilder(SIGNATURE.sign(COMMAND)).setKind(CommandKind.PAUSE).build();
    assertThat(refusal(altered).code()).isEqualTo(QuarantineReason.BAD_SIGNATURE);
    ControlCommand cut =
        ControlCommand.newBuilder(COMMAND).setSignature(ByteBuffer.allocate(0)).build();
    assertThat(refusal(cut).code()).isEqualTo(QuarantineReason.BAD_SIGNATURE);
  }

  @Test
  void of_noKey() {
    assertThat(CommandSignature.of(Map.of())).isEmpty();
    assertThat(CommandSignature.of(Map.of("SAPFLOW_CONTROL_KEY", " "), false)).isEmpty();
    assertThatThrownBy(() -> CommandSignature.of(Map.of(), true))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "SAPFLOW_CONTROL_KEY: is missing in the environment, expected the key of commands,"
                + " because sapflow.control.signed is true");
  }
}
