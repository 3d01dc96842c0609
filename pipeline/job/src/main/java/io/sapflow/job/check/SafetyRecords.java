package io.sapflow.job.check;

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
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a job is to stay safe by, and what its versions are measured by.
 *
 * @param names of the topics
 * @param pairs in use
 * @param prompts in use
 * @param unreadable what is no record, one line each
 */
record SafetyRecords(
    TopicNames names, List<SafetyPair> pairs, List<ProbePrompt> prompts, List<String> unreadable) {

  /**
   * Reads both topics.
   *
   * @param topics those that are there
   */
  static SafetyRecords read(KafkaClients clients, TopicNames names, Set<String> topics) {
    List<String> unreadable = new ArrayList<>();
    return new SafetyRecords(
        names,
        active(clients, names, topics, SafetySet.PAIRS, unreadable),
        active(clients, names, topics, SafetySet.PROMPTS, unreadable),
        unreadable);
  }

  private static <R extends SpecificRecord> List<R> active(
      KafkaClients clients,
      TopicNames names,
      Set<String> topics,
      SafetySet<R> set,
      List<String> unreadable) {
    String topic = names.of(set.topic());
    return topics.contains(topic)
        ? StandingRecords.active(clients, set, topic, unreadable::add)
        : List.of();
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
