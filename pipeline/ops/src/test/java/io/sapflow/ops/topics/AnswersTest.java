package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.schema.AppliedCommand;
import io.sapflow.schema.CommandKind;
import io.sapflow.schema.CommandOutcome;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.TopicNames;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnswersTest {

  @Test
  void command_isForAnyGeneration_unsigned() {
    ControlCommand command =
        new PersonCommand(CommandKind.ROLLBACK, "helper", "3-ab", null, null, 9L, "ann", "it lies")
            .command("person/1", 5);
    assertThat(command.getGeneration()).isEqualTo(-1);
    assertThat(command.getSignature()).isNull();
    assertThat(command.getArguments()).isEqualTo(Map.of("version", "3-ab"));
    assertThat(command.getAtStep()).isEqualTo(9);
    assertThat(command.getTime()).isEqualTo(5);
    assertThat(command.getIssuer()).isEqualTo("ann");
  }

  @Test
  void line_tellsOutcomeAndReason() {
    AppliedCommand refused =
        new AppliedCommand(
            "c", CommandKind.PAUSE, CommandOutcome.REFUSED, "it is paused", "ann", null);
    assertThat(Answers.line(LineageTest.trained(0, 4, 4, "e", 1), refused))
        .isEqualTo("REFUSED by adapter helper before step 4: it is paused");
  }

  @Test
  void line_ofAnAdapterThatDoesNotExist_namesNoStep() {
    AppliedCommand refused =
        new AppliedCommand(
            "c", CommandKind.PAUSE, CommandOutcome.REFUSED, "it is none", "ann", null);
    assertThat(Answers.line(LineageTest.trained(0, -1, 4, "e", 1), refused))
        .isEqualTo("REFUSED by adapter helper: it is none");
  }

  @Test
  void unanswered_ofAnAdapterWithoutVersions_namesThoseThatHave() {
    assertThat(Answers.unanswered(TopicNames.DEFAULT, "b", Set.of("helper"), Duration.ofSeconds(3)))
        .startsWith(
            "UNANSWERED by adapter b within 3 s: no version of it is on sapflow.adapters.v1")
        .contains("expected one of [helper]");
    assertThat(
            Answers.unanswered(
                TopicNames.DEFAULT, "helper", Set.of("helper"), Duration.ofSeconds(3)))
        .contains("answers come with the checkpoint after the command was heard");
  }
}
