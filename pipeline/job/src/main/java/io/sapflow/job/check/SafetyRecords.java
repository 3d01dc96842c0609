package io.sapflow.job.check;

import io.sapflow.ingest.RecordSignature;
import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.sets.Disjoint;
import io.sapflow.job.sets.SafetySet;
import io.sapflow.job.sets.StandingRecords;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a job is to stay safe by, and what its versions are measured by.
 *
 * @param names of the topics
 * @param pairs in use
 * @param prompts in use
 * @param notTaken what stands on the topic of pairs or prompts and the job does not take, one line
 *     each
 */
record SafetyRecords(
    TopicNames names,
    List<SafetyPair> pairs,
    List<ProbePrompt> prompts,
    Map<Topic, List<String>> notTaken) {

  /**
   * Reads both topics.
   *
   * @param topics those that are there
   * @param signature that the job asks for, as far as this machine knows
   */
  static SafetyRecords read(
      KafkaClients clients,
      TopicNames names,
      Set<String> topics,
      Optional<RecordSignature> signature) {
    Map<Topic, List<String>> notTaken = new EnumMap<>(Topic.class);
    return new SafetyRecords(
        names,
        active(clients, names, topics, signature, SafetySet.PAIRS, notTaken),
        active(clients, names, topics, signature, SafetySet.PROMPTS, notTaken),
        notTaken);
  }

  private static <R extends SpecificRecord> List<R> active(
      KafkaClients clients,
      TopicNames names,
      Set<String> topics,
      Optional<RecordSignature> signature,
      SafetySet<R> set,
      Map<Topic, List<String>> notTaken) {
    List<String> faults = new ArrayList<>();
    notTaken.put(set.topic(), faults);
    String topic = names.of(set.topic());
    return topics.contains(topic)
        ? StandingRecords.active(clients, set, topic, signature, faults::add)
        : List.of();
  }

  /** Words for what the job does not take of a topic; empty where it takes all. */
  Optional<String> wordsOfNotTaken(Topic topic) {
    List<String> faults = notTaken.get(topic);
    return faults.isEmpty()
        ? Optional.empty()
        : Optional.of(faults.size() + " that the job does not take: " + faults.get(0));
  }

  /** Which pairs are prompts, too, one line each. */
  List<String> pairsThatArePrompts() {
    return Disjoint.faults(
        SafetySet.PAIRS, pairs, SafetySet.PROMPTS, names.of(Topic.PROBE_PROMPTS), prompts);
  }

  /** Which prompts are pairs, too, one line each. */
  List<String> promptsThatArePairs() {
    return Disjoint.faults(
        SafetySet.PROMPTS, prompts, SafetySet.PAIRS, names.of(Topic.SAFETY_PAIRS), pairs);
  }

  /** Prompts of a kind. */
  List<ProbePrompt> prompts(PromptKind kind) {
    return prompts.stream().filter(prompt -> prompt.getKind() == kind).toList();
  }
}
