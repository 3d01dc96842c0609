package io.sapflow.job.sets;

import io.sapflow.ingest.BroadcastDecoder;
import io.sapflow.ingest.RawRecord;
import io.sapflow.ingest.RejectedRecordException;
import io.sapflow.schema.Message;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.apache.avro.specific.SpecificRecord;

/**
 * What safety pairs and probe prompts have in common: records with an id on a compacted topic.
 *
 * @param noun what one is called
 * @param topic where they stand
 * @param type of the records
 * @param id of a record
 * @param active whether a record is in use
 * @param prompt of a record
 * @param label what a list tells beside the id: kind and category
 * @param renamed a record under another id
 * @param retired a record out of use, without its texts
 * @param rules reads a record as the job does, or refuses it
 */
public record SafetySet<T extends SpecificRecord>(
    String noun,
    Topic topic,
    Class<T> type,
    Function<T, String> id,
    Predicate<T> active,
    Function<T, List<Message>> prompt,
    Function<T, String> label,
    BiFunction<T, String, T> renamed,
    UnaryOperator<T> retired,
    Rules<T> rules) {

  /** Reads a record as the job does. */
  @FunctionalInterface
  public interface Rules<T> {
    T read(BroadcastDecoder decoder, RawRecord raw) throws RejectedRecordException;
  }

  /** What the job is to stay safe by. */
  public static final SafetySet<SafetyPair> PAIRS =
      new SafetySet<>(
          "safety pair",
          Topic.SAFETY_PAIRS,
          SafetyPair.class,
          SafetyPair::getId,
          SafetyPair::getActive,
          SafetyPair::getPrompt,
          pair -> pair.getCategory().isBlank() ? "-" : pair.getCategory(),
          (pair, id) -> SafetyPair.newBuilder(pair).setId(id).build(),
          pair -> new SafetyPair(pair.getId(), List.of(), "", "", "", false),
          BroadcastDecoder::safetyPair);

  /** What its versions are measured by. */
  public static final SafetySet<ProbePrompt> PROMPTS =
      new SafetySet<>(
          "probe prompt",
          Topic.PROBE_PROMPTS,
          ProbePrompt.class,
          ProbePrompt::getId,
          ProbePrompt::getActive,
          ProbePrompt::getPrompt,
          prompt ->
              prompt.getKind() + (prompt.getCategory().isBlank() ? "" : " " + prompt.getCategory()),
          (prompt, id) -> ProbePrompt.newBuilder(prompt).setId(id).build(),
          prompt ->
              new ProbePrompt(prompt.getId(), prompt.getKind(), List.of(), "", false, null, null),
          BroadcastDecoder::probePrompt);
}
