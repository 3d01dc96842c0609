package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.FormatSettings;
import io.sapflow.job.KafkaLimits;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;

class FormatInForceTest {

  private final FormatInForce format = new FormatInForce(FormatSettings.AVRO, Map.of(), line -> {});

  private static byte[] json(String content) {
    return ("{\"id\":\"e-1\",\"adapterId\":\"helper\",\"messages\":[{\"role\":\"user\",\"content\":\""
            + content
            + "\"}]}")
        .getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void of_exampleInAnotherFormat_isWrittenAnewAndTold() {
    byte[] anew = format.of("examples", json("fold it"));
    assertThat(anew).startsWith(0xC3, 1);
    assertThat(format.told()).startsWith("1 of them were written anew as Avro");
  }

  @Test
  void of_textThatTheFormatCannotHold_staysAsItIs() {
    byte[] lone = json("fold \\ud800 it");
    assertThat(format.of("examples", lone)).isSameAs(lone);
    assertThat(format.told()).isNull();
  }

  @Test
  void isLarge_recordThatGrewWhenWrittenAnew_isMeasuredAsItIsSent() {
    byte[] half = new byte[KafkaLimits.RECORD_BYTES / 2];
    assertThat(Replay.isLarge(new ProducerRecord<>("examples", null, half))).isFalse();
    assertThat(Replay.isLarge(new ProducerRecord<>("examples", new byte[1], half))).isTrue();
  }
}
