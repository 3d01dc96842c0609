package io.sapflow.cli;

import io.sapflow.model.TokenBatch;
import io.sapflow.schema.Turns;
import io.sapflow.tokens.ChatEncoder;
import io.sapflow.tokens.ChatException;
import io.sapflow.tokens.Chats;
import io.sapflow.tokens.EncodedChat;
import io.sapflow.tokens.ModelTokenizer;
import io.sapflow.toy.Dialogue;
import io.sapflow.toy.ToyModelFiles;
import io.sapflow.toy.ToyTraining;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow model train-toy}. */
@Command(
    name = "train-toy",
    description =
        "Train and align the toy base model from scratch; equal seeds give equal weights.")
public final class TrainToyCommand implements Callable<Integer> {

  private static final int LINES_EVERY = 50;
  private static final int LONGEST = 256;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "DIR",
      description = "Where the model is written.")
  private Path out;

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of weights and data; ${DEFAULT-VALUE} made the shipped model.")
  private long seed;

  private int step;

  @Override
  public Integer call() throws IOException {
    Files.createDirectories(out);
    ToyModelFiles.write(out);
    ToyTraining.Plan plan = ToyTraining.Plan.DEFAULT;
    int steps = plan.answerSteps() + plan.alignSteps();
    try (ModelTokenizer tokenizer = ModelTokenizer.open(out)) {
      ChatEncoder encoder = new ChatEncoder(tokenizer, LONGEST);
      new ToyTraining(seed, plan, dialogue -> row(encoder, dialogue))
          .run(
              out,
              loss -> {
                if (++step % LINES_EVERY == 0) {
                  System.out.printf("step %d of %d, loss %.4f%n", step, steps, loss);
                }
              });
    }
    System.out.println("toy model in " + out);
    return 0;
  }

  private static TokenBatch.Row row(ChatEncoder encoder, Dialogue dialogue) {
    try {
      EncodedChat chat =
          encoder.encode(
              Chats.of(
                  List.of(
                      Turns.of("user", dialogue.prompt()),
                      Turns.of("assistant", dialogue.answer()))),
              0);
      return new TokenBatch.Row(chat.tokens(), chat.targets());
    } catch (ChatException e) {
      throw new IllegalStateException("the toy world's own text cannot be told to its model", e);
    }
  }
}
