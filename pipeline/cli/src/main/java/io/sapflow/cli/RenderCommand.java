package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.options.IngestOptions;
import io.sapflow.model.ModelException;
import io.sapflow.ops.models.MessagesFile;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.MaskedText;
import io.sapflow.tokens.ModelEncoder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code sapflow model render}. */
@Command(
    name = "render",
    description =
        "Show a conversation as the model sees it: text, tokens, and in colour what is trained on.",
    sortOptions = false)
public final class RenderCommand implements Callable<Integer> {

  private static final ObjectMapper JSON = new ObjectMapper();

  @Parameters(index = "0", paramLabel = "DIR", description = "Model in Hugging Face layout.")
  private Path directory;

  @Option(
      names = "--messages",
      required = true,
      paramLabel = "FILE",
      description = "JSON: a list of messages, or an object with it as messages.")
  private Path messages;

  @Option(
      names = "--max-length",
      paramLabel = "N",
      description =
          "The most tokens, as sapflow.tokens.max-length; 2048. Never more than the model's context.")
  private int maxLength = IngestOptions.MAX_TOKENS.defaultValue();

  @Option(
      names = "--time",
      paramLabel = "INSTANT",
      description = "What a template that asks for the time is told; now.")
  private Instant time = Instant.now();

  @Option(names = "--json", paramLabel = "FILE", description = "Write text, tokens and mask.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    if (maxLength < 2) {
      throw new UsageException(
          "--max-length: found " + maxLength + ", expected a whole number of at least 2");
    }
    try (ModelEncoder model = ModelEncoder.open(directory, maxLength)) {
      MaskedText masked = model.encoder().mask(MessagesFile.read(messages), time.toEpochMilli());
      print(masked);
      if (json != null) {
        JSON.writeValue(json.toFile(), tree(masked));
      }
      return 0;
    } catch (ChatException e) {
      throw new ModelException(messages + ": " + e.getMessage(), e);
    }
  }

  private static void print(MaskedText masked) {
    int[] ids = masked.encoded().ids();
    System.out.println(MaskColors.text(masked, MaskColors.onTerminal()));
    System.out.println(
        "tokens " + Arrays.toString(Arrays.copyOf(ids, masked.kept())).replace(",", ""));
    System.out.println(MaskColors.counts(masked));
  }

  private static ObjectNode tree(MaskedText masked) {
    int[] ids = masked.encoded().ids();
    ObjectNode root = JSON.createObjectNode();
    root.put("text", masked.text());
    root.set("tokens", JSON.valueToTree(Arrays.copyOf(ids, masked.kept())));
    int[] mask = new int[masked.kept()]; // Jackson writes bytes as text
    for (int i = 0; i < mask.length; i++) {
      mask[i] = masked.targets()[i];
    }
    root.set("lossMask", JSON.valueToTree(mask));
    root.put("truncatedTokens", ids.length - masked.kept());
    return root;
  }
}
