package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.ingest.AdapterPolicy;
import io.sapflow.ingest.ExampleEncoder;
import io.sapflow.ingest.IngestLimits;
import io.sapflow.local.files.ExampleFile;
import io.sapflow.local.files.FileExample;
import io.sapflow.local.files.RecordFile;
import io.sapflow.schema.TrainingExample;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendingTest {

  private static final String GOOD = "{\"prompt\":\"p\",\"completion\":\"c\"}";

  @TempDir Path directory;
  private final List<TrainingExample> sent = new ArrayList<>();
  private final List<String> faults = new ArrayList<>();

  private Sending.Count send(Path file, String adapter, Set<String> allowed) {
    return send(file, adapter, allowed, IngestLimits.DEFAULT);
  }

  private Sending.Count send(Path file, String adapter, Set<String> allowed, IngestLimits limits) {
    try (RecordFile<FileExample> opened = ExampleFile.open(file)) {
      return new Sending(
              limits,
              new AdapterPolicy(allowed, 8),
              example -> ExampleEncoder.avro().encode("examples", example).length,
              sent::add,
              faults::add)
          .send(opened, new Sending.As(adapter, "shop", "day1-"), soFar -> true);
    }
  }

  private Path file(String... lines) throws IOException {
    return Files.writeString(directory.resolve("x.jsonl"), String.join("\n", lines));
  }

  @Test
  void send_badRows_areToldWithTheirLineAndLeftOut() throws Exception {
    Path file =
        file(
            GOOD,
            "{\"prompt\":\"p\"}",
            "{\"messages\":[{\"role\":\"user\",\"content\":\"q\"}]}",
            "{\"instruction\":\"i\",\"input\":\"\",\"output\":\"o\"}");
    assertThat(send(file, "helper", Set.of())).isEqualTo(new Sending.Count(2, 2));
    assertThat(sent).extracting(TrainingExample::getId).containsExactly("day1-1", "day1-4");
    assertThat(sent).extracting(TrainingExample::getSource).containsOnly("shop");
    assertThat(faults).hasSize(2);
    assertThat(faults.get(0)).startsWith(file + ":2: found an object with the fields [prompt]");
    assertThat(faults.get(1))
        .isEqualTo(
            file
                + ":3: messages: found no assistant turn, expected at least one with a text to"
                + " learn");
  }

  @Test
  void send_adapterThatTheJobDoesNotTrain_isTold() throws Exception {
    assertThat(send(file(GOOD), "other", Set.of("helper"))).isEqualTo(new Sending.Count(0, 1));
    assertThat(faults.get(0)).contains(":1: adapterId: found other, expected one of the 1");
  }

  @Test
  void send_recordThatKafkaWouldRefuse_isTold() throws Exception {
    // A job that takes more characters than by default; in UTF-8 they are three times as many
    // bytes.
    IngestLimits wide =
        new IngestLimits(64, 1 << 20, 256, 64, 1 << 16, IngestLimits.DEFAULT.envelope());
    String content = "\u4e00".repeat((1 << 18) - 10);
    Path file = file("{\"prompt\":\"" + content + "\",\"completion\":\"" + content + "\"}", GOOD);
    assertThat(send(file, "helper", Set.of(), wide)).isEqualTo(new Sending.Count(1, 1));
    assertThat(faults.get(0))
        .contains(":1: found ")
        .endsWith("bytes as a record, expected at most 1046528");
  }
}
