package io.sapflow.job.check;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.sets.Disjoint;
import io.sapflow.job.sets.SafetySet;
import io.sapflow.job.sets.StandingRecords;
import io.sapflow.schema.ProbePrompt;
import io.sapflow.schema.PromptKind;
import io.sapflow.schema.SafetyPair;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;

/**
 * What a job is to stay safe by, and what its versions are measured by.
 *
 * @param pairs in use
 * @param prompts in use
 * @param unreadable what is no record, one line each
 */
record SafetyRecords(List<SafetyPair> pairs, List<ProbePrompt> prompts, List<String> unreadable) {

  /**
   * Reads both topics.
   *
   * @param topics those that are there
   */
  static SafetyRecords read(KafkaClients clients, Set<String> topics) {
    List<String> unreadable = new ArrayList<>();
    return new SafetyRecords(
        active(clients, topics, SafetySet.PAIRS, unreadable),
        active(clients, topics, SafetySet.PROMPTS, unreadable),
        unreadable);
  }

  private static <R extends SpecificRecord> List<R> active(
      KafkaClients clients, Set<String> topics, SafetySet<R> set, List<String> unreadable) {
    return topics.contains(set.topic())
        ? StandingRecords.active(clients, set, unreadable::add)
        : List.of();
  }

  /** Which pairs are prompts, too, one line each. */
  List<String> pairsThatArePrompts() {
    return Disjoint.faults(SafetySet.PAIRS, pairs, SafetySet.PROMPTS, prompts);
  }

  /** Which prompts are pairs, too, one line each. */
  List<String> promptsThatArePairs() {
    return Disjoint.faults(SafetySet.PROMPTS, prompts, SafetySet.PAIRS, pairs);
  }

  /** Prompts of a kind. */
  List<ProbePrompt> prompts(PromptKind kind) {
    return prompts.stream().filter(prompt -> prompt.getKind() == kind).toList();
  }
}
