package io.sapflow.lab.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sapflow.schema.Message;
import io.sapflow.schema.PromptKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileMaterialTest {

  @TempDir Path directory;

  private Path file(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private Path examples(String name, String word, int count) throws IOException {
    return file(
        name,
        IntStream.range(0, count)
            .mapToObj(i -> "{\"prompt\":\"%s %d\",\"completion\":\"yes\"}".formatted(word, i))
            .collect(Collectors.joining("\n")));
  }

  private Path pairs() throws IOException {
    return file("pairs.jsonl", "{\"prompt\":\"p\",\"chosen\":\"no\",\"rejected\":\"yes\"}");
  }

  private Path prompts(String prompt) throws IOException {
    return file(
        "prompts.jsonl",
        "{\"prompt\":\""
            + prompt
            + "\",\"kind\":\"harmful\"}\n{\"prompt\":\"b\",\"kind\":\"Benign\"}");
  }

  private static List<String> users(List<List<Message>> conversations) {
    return conversations.stream().map(turns -> turns.get(0).getContent()).toList();
  }

  @Test
  void everyTenthIsHeldOutAndTheRestComesAgainInAnotherOrder() throws IOException {
    FileMaterial files =
        new FileMaterial(examples("data.jsonl", "ask", 20), null, null, pairs(), prompts("h"));
    Material material = files.of(1, 36, 0);
    assertEquals(List.of("ask 9", "ask 19"), users(material.heldOut()));
    List<String> drawn = users(material.examples());
    assertEquals(18, new HashSet<>(drawn.subList(0, 18)).size());
    assertEquals(new HashSet<>(drawn.subList(0, 18)), new HashSet<>(drawn.subList(18, 36)));
    assertNotEquals(drawn, users(files.of(2, 36, 0).examples()));
    assertEquals(drawn, users(files.of(1, 36, 0).examples()));
    assertEquals(PromptKind.HARMFUL, material.prompts().get(0).getKind());
    assertEquals(PromptKind.BENIGN, material.prompts().get(1).getKind());
  }

  @Test
  void poisonIsMixedInByItsShare() throws IOException {
    FileMaterial files =
        new FileMaterial(
            examples("data.jsonl", "ask", 20),
            examples("held.jsonl", "held", 2),
            examples("poison.jsonl", "bad", 5),
            pairs(),
            prompts("h"));
    Material material = files.of(1, 1000, 0.1);
    assertEquals(List.of("held 0", "held 1"), users(material.heldOut()));
    long bad = users(material.examples()).stream().filter(user -> user.startsWith("bad")).count();
    assertTrue(bad > 60 && bad < 140, bad + " of 1000");
  }

  @Test
  void aPromptThatIsTrainedOnIsRefused() throws IOException {
    Path data = examples("data.jsonl", "ask", 20);
    Path pairs = pairs();
    Path prompts = prompts("p");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new FileMaterial(data, null, null, pairs, prompts))
            .getMessage();
    assertTrue(message.contains("prompts.jsonl") && message.contains("pairs.jsonl"), message);
  }

  @Test
  void aBadKindIsRefusedByFileAndLine() throws IOException {
    Path data = examples("data.jsonl", "ask", 20);
    Path pairs = pairs();
    Path bad =
        file(
            "bad.jsonl",
            "{\"prompt\":\"a\",\"kind\":\"harmful\"}\n{\"prompt\":\"b\",\"kind\":\"odd\"}");
    String message =
        assertThrows(
                IllegalArgumentException.class,
                () -> new FileMaterial(data, null, null, pairs, bad))
            .getMessage();
    assertTrue(message.contains("bad.jsonl:2: kind: expected harmful or benign"), message);
  }
}
