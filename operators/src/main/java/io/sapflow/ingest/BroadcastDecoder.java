package io.sapflow.ingest;

import io.sapflow.schema.CommandKind;
import io.sapflow.schema.ControlCommand;
import io.sapflow.schema.Hold;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.QuarantineReason;
import io.sapflow.schema.RecordCodec;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.UndecodableRecordException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.specific.SpecificRecord;

/**
 * From bytes to the records that steer training and probing. A retired pair or prompt needs an id
 * only.
 *
 * <p>Not thread-safe and not serializable: one for each thread, made where it is used.
 */
public final class BroadcastDecoder {

  private final RecordCodec<SafetyPair> pairs = RecordCodec.of(SafetyPair.class);
  private final RecordCodec<ProbePrompt> prompts = RecordCodec.of(ProbePrompt.class);
  private final RecordCodec<ControlCommand> commands = RecordCodec.of(ControlCommand.class);
  private final RecordCodec<Hold> holds = RecordCodec.of(Hold.class);
  private final RecordBounds bounds;
  private final Rules rules;

  /**
   * A decoder with these limits.
   *
   * @throws IllegalStateException unless Avro's limits are in force
   */
  public BroadcastDecoder(IngestLimits limits) {
    this.bounds = new RecordBounds(limits.envelope());
    this.rules = new Rules(limits);
  }

  /**
   * The safety pair in a record.
   *
   * @throws RejectedRecordException for every other content, whatever it is
   */
  public SafetyPair safetyPair(RawRecord raw) throws RejectedRecordException {
    bounds.check(raw);
    requireValue(raw);
    SafetyPair pair = decode(pairs, raw);
    try {
      List<String> texts =
          texts(pair.getId(), pair.getSafe(), pair.getHarmful(), pair.getCategory());
      Texts.addAll(texts, pair.getPrompt());
      Texts.requireUtf8(texts, raw.value(), RecordCodec.HEADER_BYTES);
      rules.id(pair.getId());
      rules.category(pair.getCategory());
      if (pair.getActive()) {
        rules.prompt("prompt", pair.getPrompt());
        rules.asks("prompt", pair.getPrompt());
        answer("safe", pair.getSafe());
        answer("harmful", pair.getHarmful());
        differ(pair.getSafe(), pair.getHarmful());
      }
      return pair;
    } catch (RejectedRecordException e) {
      throw e.from(Origin.ofId(pair.getId()));
    }
  }

  /**
   * The probe prompt in a record.
   *
   * @throws RejectedRecordException for every other content, whatever it is
   */
  public ProbePrompt probePrompt(RawRecord raw) throws RejectedRecordException {
    bounds.check(raw);
    requireValue(raw);
    ProbePrompt prompt = decode(prompts, raw);
    try {
      List<String> texts =
          texts(prompt.getId(), prompt.getSafe(), prompt.getHarmful(), prompt.getCategory());
      Texts.addAll(texts, prompt.getPrompt());
      Texts.requireUtf8(texts, raw.value(), RecordCodec.HEADER_BYTES);
      rules.id(prompt.getId());
      rules.category(prompt.getCategory());
      if (prompt.getActive()) {
        check(prompt);
      }
      return prompt;
    } catch (RejectedRecordException e) {
      throw e.from(Origin.ofId(prompt.getId()));
    }
  }

  /**
   * The command in a record. Whether its issuer may give it is not judged here.
   *
   * @throws RejectedRecordException for every other content, whatever it is
   */
  public ControlCommand command(RawRecord raw) throws RejectedRecordException {
    bounds.check(raw);
    ControlCommand command = decode(commands, raw);
    try {
      List<String> texts =
          texts(command.getId(), command.getAdapterId(), command.getIssuer(), command.getReason());
      texts.addAll(command.getArguments().keySet());
      texts.addAll(command.getArguments().values());
      Texts.requireUtf8(texts, raw.value(), RecordCodec.HEADER_BYTES);
      check(command);
      return command;
    } catch (RejectedRecordException e) {
      throw e.from(Origin.of(command));
    }
  }

  /**
   * The hold in a record. Whether it fits its adapter is not judged here.
   *
   * @throws RejectedRecordException for every other content, whatever it is
   */
  public Hold hold(RawRecord raw) throws RejectedRecordException {
    bounds.check(raw);
    requireValue(raw);
    Hold hold = decode(holds, raw);
    try {
      Texts.requireUtf8(
          texts(hold.getOrderId(), hold.getAdapterId(), hold.getVersion()),
          raw.value(),
          RecordCodec.HEADER_BYTES);
      check(hold);
      return hold;
    } catch (RejectedRecordException e) {
      throw e.from(Origin.of(hold));
    }
  }

  private void check(Hold hold) throws RejectedRecordException {
    rules.id(hold.getOrderId());
    rules.adapterId(hold.getAdapterId(), "[a-z0-9-]{1,64}");
    rules.source("version", hold.getVersion());
    if (hold.getGeneration() < 0) {
      throw Rules.rejected(
          QuarantineReason.INVALID_GENERATION,
          "generation: found " + hold.getGeneration() + ", expected 0 or more");
    }
    if (hold.getStep() < 0) {
      throw Rules.rejected(
          QuarantineReason.INVALID_STEP, "step: found " + hold.getStep() + ", expected 0 or more");
    }
  }

  private void check(ProbePrompt prompt) throws RejectedRecordException {
    if (prompt.getKind() == PromptKind.UNKNOWN) {
      throw Rules.rejected(
          QuarantineReason.UNKNOWN_KIND, "kind: found UNKNOWN, expected HARMFUL or BENIGN");
    }
    rules.prompt("prompt", prompt.getPrompt());
    rules.asks("prompt", prompt.getPrompt());
    if (prompt.getSafe() != null) {
      answer("safe", prompt.getSafe());
    }
    if (prompt.getHarmful() != null) {
      answer("harmful", prompt.getHarmful());
    }
    if (prompt.getSafe() != null && prompt.getHarmful() != null) {
      differ(prompt.getSafe(), prompt.getHarmful());
    }
  }

  private void check(ControlCommand command) throws RejectedRecordException {
    rules.id(command.getId());
    if (!command.getAdapterId().equals("*")) {
      rules.adapterId(command.getAdapterId(), "[a-z0-9-]{1,64}, or * for all");
    }
    if (command.getKind() == CommandKind.UNKNOWN) {
      throw Rules.rejected(
          QuarantineReason.UNKNOWN_KIND,
          "kind: found none that this release knows, expected one of "
              + Arrays.stream(CommandKind.values())
                  .filter(kind -> kind != CommandKind.UNKNOWN)
                  .map(CommandKind::name)
                  .collect(Collectors.joining(", ")));
    }
    rules.filled("issuer", command.getIssuer(), QuarantineReason.EMPTY_ISSUER);
    rules.source("issuer", command.getIssuer());
    rules.reason(command.getReason());
    rules.attributes("arguments", command.getArguments());
    for (String argument : command.getArguments().values()) {
      rules.source("arguments", argument);
    }
    if (command.getGeneration() < -1) {
      throw Rules.rejected(
          QuarantineReason.INVALID_GENERATION,
          "generation: found " + command.getGeneration() + ", expected 0 or more, or -1 for any");
    }
    if (command.getAtStep() != null && command.getAtStep() < 0) {
      throw Rules.rejected(
          QuarantineReason.INVALID_STEP,
          "atStep: found " + command.getAtStep() + ", expected 0 or more, or none for at once");
    }
  }

  private void answer(String field, String text) throws RejectedRecordException {
    rules.filled(field, text, QuarantineReason.EMPTY_ANSWER);
    rules.content(field, text);
  }

  private static void differ(String safe, String harmful) throws RejectedRecordException {
    if (safe.strip().equals(harmful.strip())) {
      throw Rules.rejected(
          QuarantineReason.EQUAL_ANSWERS,
          "harmful: found the same text as safe, expected another answer");
    }
  }

  private static void requireValue(RawRecord raw) throws RejectedRecordException {
    if (raw.value().length == 0) {
      throw Rules.rejected(
          QuarantineReason.TOMBSTONE,
          "found an empty value, expected a record; one with active = false retires it");
    }
  }

  private static <T extends SpecificRecord> T decode(RecordCodec<T> codec, RawRecord raw)
      throws RejectedRecordException {
    try {
      return codec.decode(raw.value());
    } catch (UndecodableRecordException e) {
      throw Rules.rejected(e.reason(), e.getMessage());
    }
  }

  private static List<String> texts(String... texts) {
    List<String> filled = new ArrayList<>();
    for (String text : texts) {
      if (text != null) {
        filled.add(text);
      }
    }
    return filled;
  }
}
