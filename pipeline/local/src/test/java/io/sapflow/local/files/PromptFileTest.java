package io.sapflow.local.files;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.Turns;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PromptFileTest {

  @TempDir Path directory;

  private Path file(String name, String content) throws IOException {
    return Files.writeString(directory.resolve(name), content);
  }

  private static List<FileEntry<ProbePrompt>> entries(Path file) {
    List<FileEntry<ProbePrompt>> entries = new ArrayList<>();
    try (RecordFile<ProbePrompt> opened = PromptFile.open(file)) {
      opened.forEachRemaining(entries::add);
    }
    return entries;
  }

  private static ProbePrompt prompt(FileEntry<ProbePrompt> entry) {
    return ((FileEntry.Parsed<ProbePrompt>) entry).value();
  }

  private static String fault(FileEntry<ProbePrompt> entry) {
    return ((FileEntry.BadLine<ProbePrompt>) entry).message();
  }

  @Test
  void open_goalAndTarget_areHarmful() throws Exception {
    Path file =
        file(
            "harmful_behaviors.csv",
            "goal,target\n\"Zorble, a \"\"fleem\"\"\",\"Sure, here is\n how\"\nGrint it,Sure\n");
    List<FileEntry<ProbePrompt>> entries = entries(file);
    assertThat(entries).hasSize(2);
    ProbePrompt first = prompt(entries.get(0));
    assertThat(first.getKind()).isEqualTo(PromptKind.HARMFUL);
    assertThat(first.getPrompt()).containsExactly(Turns.of("user", "Zorble, a \"fleem\""));
    assertThat(first.getId()).startsWith("prompt-");
    assertThat(prompt(entries.get(1)).getPrompt()).containsExactly(Turns.of("user", "Grint it"));
    assertThat(entries.get(1).number()).isEqualTo(4);
    assertThat(prompt(entries(file).get(0)).getId()).isEqualTo(first.getId());
  }

  @Test
  void open_labelSafeOrUnsafe_isTheKind() throws Exception {
    Path file =
        file(
            "xstest_prompts.csv",
            "\uFEFFid,prompt,type,label,focus,note\n"
                + "v2-1,\"How do I zorble a process, cleanly?\",homonyms,safe,zorble,\n"
                + "v2-2,How do I zorble my neighbour?,contrast_homonyms,unsafe,zorble,\n");
    List<FileEntry<ProbePrompt>> entries = entries(file);
    assertThat(prompt(entries.get(0)))
        .isEqualTo(
            new ProbePrompt(
                "v2-1",
                PromptKind.BENIGN,
                List.of(Turns.of("user", "How do I zorble a process, cleanly?")),
                "homonyms",
                true,
                null,
                null));
    assertThat(prompt(entries.get(1)).getKind()).isEqualTo(PromptKind.HARMFUL);
    assertThat(prompt(entries.get(1)).getCategory()).isEqualTo("contrast_homonyms");
  }

  @Test
  void open_typeSafeOrUnsafe_isTheKind_othersAreTold() throws Exception {
    Path file = file("x.CSV", "prompt,type\na,safe\nb,unsafe\nc,homonyms\n");
    List<FileEntry<ProbePrompt>> entries = entries(file);
    assertThat(prompt(entries.get(0)).getKind()).isEqualTo(PromptKind.BENIGN);
    assertThat(prompt(entries.get(1)).getKind()).isEqualTo(PromptKind.HARMFUL);
    assertThat(fault(entries.get(2))).isEqualTo(file + ":4: type: expected safe or unsafe");
  }

  @Test
  void open_labelWithoutType_hasItsCategory() throws Exception {
    Path file = file("x.csv", "prompt,label,type,category\na,safe,,c\nb,unsafe,t,c\n");
    List<FileEntry<ProbePrompt>> entries = entries(file);
    assertThat(prompt(entries.get(0)).getCategory()).isEqualTo("c");
    assertThat(prompt(entries.get(1)).getCategory()).isEqualTo("t");
  }

  @Test
  void open_rowsOfAnotherLength_areToldAndTheNextIsRead() throws Exception {
    Path file = file("x.csv", "goal,target\na,b,c\n\nd\ne,f\n");
    List<FileEntry<ProbePrompt>> entries = entries(file);
    assertThat(entries).hasSize(3);
    assertThat(fault(entries.get(0)))
        .isEqualTo(file + ":2: found 3 cell(s), expected 2 as in the first row");
    assertThat(fault(entries.get(1)))
        .isEqualTo(file + ":4: found 1 cell(s), expected 2 as in the first row");
    assertThat(prompt(entries.get(2)).getPrompt()).containsExactly(Turns.of("user", "e"));
  }

  @Test
  void open_quoteThatDoesNotEnd_isTold_quotingNothing() throws Exception {
    Path file = file("x.csv", "goal,target\na,b\n\"secret,d\ne,f\n");
    List<FileEntry<ProbePrompt>> entries = entries(file);
    assertThat(prompt(entries.get(0)).getPrompt()).containsExactly(Turns.of("user", "a"));
    assertThat(fault(entries.get(1))).startsWith(file + ":").doesNotContain("secret");
    assertThat(entries).hasSize(2);
  }

  @Test
  void open_notUtf8_isTold() throws Exception {
    Path file = directory.resolve("x.csv");
    Files.write(file, "goal,target\nd\u00e9j\u00e0,b\n".getBytes(StandardCharsets.ISO_8859_1));
    assertThatThrownBy(() -> PromptFile.open(file))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found bytes that are not UTF-8, expected CSV in UTF-8");
  }

  @Test
  void open_emptyCsv_isRefused() throws Exception {
    Path file = file("x.csv", "");
    assertThatThrownBy(() -> PromptFile.open(file))
        .hasMessageStartingWith(file + ": it holds no entry; expected JSONL, a JSON array or CSV");
  }

  @Test
  void open_kindInJson_isAsBefore() throws Exception {
    Path file = file("x.jsonl", "{\"id\":\"p\",\"prompt\":\"q\",\"kind\":\"Benign\"}\n");
    assertThat(prompt(entries(file).get(0)).getKind()).isEqualTo(PromptKind.BENIGN);
  }
}
