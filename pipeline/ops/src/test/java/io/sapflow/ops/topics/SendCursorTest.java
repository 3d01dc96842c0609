package io.sapflow.ops.topics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SendCursorTest {

  @TempDir Path directory;

  @Test
  void open_again_hasTheSameTargets_andKnowsWhatWasSent() {
    Path file = SendCursor.beside(directory.resolve("x.jsonl"));
    assertThat(file).hasFileName("x.jsonl.sapflow-cursor");
    SendCursor first = SendCursor.open(file);
    String target = first.target(List.of("topic", "helper"));
    assertThat(target).matches("[0-9a-f]{32}");
    assertThat(first.target(List.of("topic", "other"))).isNotEqualTo(target);
    assertThat(first.isSent(target)).isFalse();
    first.sent(target);
    SendCursor second = SendCursor.open(file);
    assertThat(second.target(List.of("topic", "helper"))).isEqualTo(target);
    assertThat(second.isSent(target)).isTrue();
    assertThat(second.isSent(second.target(List.of("topic", "other")))).isFalse();
    assertThat(SendCursor.open(directory.resolve("other")).target(List.of("topic", "helper")))
        .isNotEqualTo(target);
  }

  @Test
  void open_lineThatAKillHasCut_countsAsNone() throws Exception {
    Path file = directory.resolve("c");
    Files.writeString(file, "sapflow-cursor 1 0123");
    SendCursor cursor = SendCursor.open(file);
    String target = cursor.target(List.of("t"));
    cursor.sent(target);
    Files.writeString(file, "sent abc", StandardOpenOption.APPEND);
    assertThat(SendCursor.open(file).isSent(target)).isTrue();
    assertThat(Files.readString(file))
        .matches("(?s)sapflow-cursor 1 [0-9a-f]{32}\nsent " + target + "\nsent abc");
  }

  @Test
  void sent_twice_isOneLine_alsoBehindOneThatAKillHasCut() throws Exception {
    Path file = directory.resolve("c");
    SendCursor first = SendCursor.open(file);
    SendCursor second = SendCursor.open(file);
    String head = Files.readString(file);
    Files.writeString(file, "sent ab", StandardOpenOption.APPEND);
    first.sent("cd");
    assertThat(first.isSent("cd")).isTrue();
    first.sent("cd");
    second.sent("cd");
    assertThat(Files.readString(file)).isEqualTo(head + "sent cd\n");
    assertThat(SendCursor.open(file).isSent("cd")).isTrue();
  }

  @Test
  void open_fileWithoutALine_isRefusedAndStaysAsItIs() throws Exception {
    for (String mine : List.of("mine", "sapflow-cursor 1 01x", " ", "x".repeat(1 << 20) + "y\n")) {
      Path file = Files.writeString(directory.resolve("mine"), mine);
      assertThatThrownBy(() -> SendCursor.open(file))
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageStartingWith("--cursor: found " + file + ", which is none, expected a cursor");
      assertThat(Files.readString(file)).isEqualTo(mine);
    }
    assertThatThrownBy(() -> SendCursor.open(directory))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--cursor: found the directory "
                + directory
                + ", expected a cursor of a send or a new file");
  }

  @Test
  void open_anotherFile_isRefusedAndStaysAsItIs() throws Exception {
    Path file = Files.writeString(directory.resolve("notes.txt"), "mine\n");
    assertThatThrownBy(() -> SendCursor.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--cursor: found "
                + file
                + ", which is none, expected a cursor of a send or a new file");
    assertThat(file).hasContent("mine");
    Path nowhere = directory.resolve("no/cursor");
    assertThatThrownBy(() -> SendCursor.open(nowhere))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage(
            "--cursor: "
                + nowhere
                + " cannot be written (NoSuchFileException), expected a place for the cursor by which"
                + " an interrupted send goes on");
  }
}
