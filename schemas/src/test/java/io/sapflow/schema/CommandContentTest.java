package io.sapflow.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

class CommandContentTest {

  private static ControlCommand.Builder command(Map<String, String> arguments) {
    return ControlCommand.newBuilder()
        .setId("c-1")
        .setAdapterId("helper")
        .setKind(CommandKind.ROLLBACK)
        .setArguments(arguments)
        .setIssuer("ada")
        .setTime(7);
  }

  @Test
  void bytes_otherSignatureOrOrderOfArguments_areTheSame() {
    Map<String, String> there = new LinkedHashMap<>();
    there.put("a", "1");
    there.put("b", "2");
    Map<String, String> back = new LinkedHashMap<>();
    back.put("b", "2");
    back.put("a", "1");
    ControlCommand signed = command(back).setSignature(ByteBuffer.wrap(new byte[] {1})).build();
    assertThat(CommandContent.bytes(signed))
        .isEqualTo(CommandContent.bytes(command(there).build()));
    assertThat(signed.getSignature()).isEqualTo(ByteBuffer.wrap(new byte[] {1}));
  }

  @Test
  void fingerprint_anyOtherField_isAnother() {
    String of = CommandContent.fingerprint(command(Map.of("version", "1-ab")).build());
    assertThat(of).matches("[0-9a-f]{64}");
    assertThat(CommandContent.fingerprint(command(Map.of("version", "2-ab")).build()))
        .isNotEqualTo(of);
    assertThat(CommandContent.fingerprint(command(Map.of("version", "1-ab")).setTime(8).build()))
        .as("given again")
        .isEqualTo(of);
    assertThat(
            CommandContent.fingerprint(command(Map.of("version", "1-ab")).setIssuer("bo").build()))
        .isNotEqualTo(of);
  }

  @Test
  void holdsExamples_theExamplesTopicAndThoseThatAreNotTheJobs() {
    assertThat(TopicNames.DEFAULT.holdsExamples(Topics.EXAMPLES)).isTrue();
    assertThat(TopicNames.DEFAULT.holdsExamples("team.forum")).isTrue();
    assertThat(TopicNames.DEFAULT.holdsExamples(Topics.CONTROL)).isFalse();
  }
}
