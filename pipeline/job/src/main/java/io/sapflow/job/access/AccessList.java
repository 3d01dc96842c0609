package io.sapflow.job.access;

import io.sapflow.job.JobSettings;
import io.sapflow.job.TopicUse;
import io.sapflow.job.options.JobOptions;
import io.sapflow.job.writer.WriterLeases;
import io.sapflow.schema.Topic;
import io.sapflow.schema.TopicNames;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.resource.ResourceType;

/**
 * What the job and each command must be allowed to do. What Kafka gives along is left out: who may
 * read or write a topic may describe it, too; so it is with groups and transactional ids.
 */
public final class AccessList {

  /** What the transactional id and the consumer group of a send begin with. */
  public static final String SENDS = "sapflow-send-";

  private static final String ONE_WRITER = "one writer";

  private AccessList() {}

  /** The job's as its tasks run, without what looks at its topics before. */
  public static List<Access> ofTasks(JobSettings settings) {
    return ofJob(settings).stream()
        .filter(access -> access.operation() != AclOperation.DESCRIBE_CONFIGS)
        .toList();
  }

  /** The job's, as {@code run} and {@code submit} start it and as its tasks run. */
  public static List<Access> ofJob(JobSettings settings) {
    List<Access> list = new ArrayList<>();
    list.addAll(read(TopicUse.read(settings), "the job's sources"));
    list.addAll(read(List.of(WriterLeases.topic(settings.topics())), ONE_WRITER));
    list.addAll(written(TopicUse.written(settings), "the job's sinks"));
    list.addAll(configs(settings));
    list.add(
        literal(
            ResourceType.GROUP,
            settings.get(JobOptions.NAME),
            AclOperation.READ,
            "the job's offsets"));
    list.add(
        literal(
            ResourceType.GROUP, WriterLeases.id(settings.topics()), AclOperation.READ, ONE_WRITER));
    list.add(
        literal(
            ResourceType.TRANSACTIONAL_ID,
            WriterLeases.id(settings.topics()),
            AclOperation.WRITE,
            ONE_WRITER));
    list.add(
        prefix(
            ResourceType.TRANSACTIONAL_ID,
            settings.transactionalIdPrefix() + "-",
            AclOperation.WRITE,
            "the job's sinks"));
    return List.copyOf(list);
  }

  /** A producer's of examples, with a client of his own. */
  public static List<Access> ofProducer(String topic) {
    return written(List.of(topic), "examples");
  }

  /** Those of {@code send} to a topic. */
  public static List<Access> ofSend(String topic) {
    List<Access> list = new ArrayList<>(ofProducer(topic));
    list.addAll(read(List.of(topic), "how far a send is"));
    list.add(prefix(ResourceType.GROUP, SENDS, AclOperation.READ, "how far a send is"));
    list.add(prefix(ResourceType.TRANSACTIONAL_ID, SENDS, AclOperation.WRITE, "each row once"));
    return List.copyOf(list);
  }

  /** A reader's of what the job says, with a client of his own, or by {@code watch}. */
  public static List<Access> ofReader(Collection<String> topics) {
    return read(topics, "what the job says");
  }

  /** Those of {@code topics describe}. */
  public static List<Access> ofTopicsDescribe(JobSettings settings) {
    List<Access> list = new ArrayList<>();
    TopicUse.all(settings)
        .forEach(
            topic ->
                list.add(
                    literal(
                        ResourceType.TOPIC, topic, AclOperation.DESCRIBE, "whether it is there")));
    list.addAll(configs(settings));
    return List.copyOf(list);
  }

  /** Those of {@code topics create}. */
  public static List<Access> ofTopicsCreate(JobSettings settings) {
    List<Access> list = new ArrayList<>(ofTopicsDescribe(settings));
    TopicUse.all(settings)
        .forEach(
            topic ->
                list.add(
                    literal(ResourceType.TOPIC, topic, AclOperation.CREATE, "where it is not")));
    return List.copyOf(list);
  }

  /** Those of {@code list}, of {@code pairs} or {@code prompts}. */
  public static List<Access> ofSetList(String topic) {
    return read(List.of(topic), "what stands there");
  }

  /** Those of {@code retire}. */
  public static List<Access> ofSetRetire(String topic) {
    List<Access> list = new ArrayList<>(ofSetList(topic));
    list.addAll(written(List.of(topic), "what is loaded or retired"));
    return List.copyOf(list);
  }

  /**
   * Those of {@code load}.
   *
   * @param other the other set's topic, in which no entry may be
   */
  public static List<Access> ofSetLoad(String topic, String other) {
    List<Access> list = new ArrayList<>(read(List.of(other), "what may not be in both"));
    list.addAll(written(List.of(topic), "what is loaded or retired"));
    return List.copyOf(list);
  }

  /** Those of {@code control}. */
  public static List<Access> ofControl(JobSettings settings) {
    List<Access> list =
        new ArrayList<>(written(settings.topics().of(List.of(Topic.CONTROL)), "commands"));
    list.addAll(
        read(settings.topics().of(List.of(Topic.STEPS, Topic.ADAPTERS)), "what became of them"));
    return List.copyOf(list);
  }

  /**
   * Those of {@code replay}.
   *
   * @param dryRun whether it only counts
   */
  public static List<Access> ofReplay(JobSettings settings, boolean dryRun) {
    List<Access> list =
        new ArrayList<>(
            read(settings.topics().of(List.of(Topic.QUARANTINE)), "what was set aside"));
    list.addAll(read(settings.sources().exampleTopics(), "what was replayed before"));
    if (!dryRun) {
      list.addAll(written(settings.sources().exampleTopics(), "examples"));
    }
    return List.copyOf(list);
  }

  /** Those of {@code ledger}. */
  public static List<Access> ofLedger(JobSettings settings) {
    List<Access> list =
        new ArrayList<>(
            read(settings.topics().of(List.of(Topic.STEPS, Topic.ADAPTERS)), "what was trained"));
    list.addAll(read(settings.sources().exampleTopics(), "examples"));
    return List.copyOf(list);
  }

  /** Those of {@code blame}. */
  public static List<Access> ofBlame(JobSettings settings) {
    List<Access> list = new ArrayList<>(ofLedger(settings));
    list.addAll(read(settings.topics().of(List.of(Topic.QUARANTINE)), "what was set aside"));
    list.addAll(
        read(
            settings.topics().of(List.of(Topic.SAFETY_PAIRS, Topic.PROBE_PROMPTS)),
            "what is probed with"));
    return List.copyOf(list);
  }

  /** What each command for people needs, by the command's words, in the order of its help. */
  public static Map<String, List<Access>> ofPeople(JobSettings settings) {
    Map<String, List<Access>> all = new LinkedHashMap<>();
    all.put("topics create", ofTopicsCreate(settings));
    all.put("topics describe", ofTopicsDescribe(settings));
    for (String example : settings.sources().exampleTopics()) {
      all.put("send --topic " + example, ofSend(example));
    }
    TopicNames names = settings.topics();
    String pairs = names.of(Topic.SAFETY_PAIRS);
    String prompts = names.of(Topic.PROBE_PROMPTS);
    all.put("pairs load", ofSetLoad(pairs, prompts));
    all.put("pairs list", ofSetList(pairs));
    all.put("pairs retire", ofSetRetire(pairs));
    all.put("prompts load", ofSetLoad(prompts, pairs));
    all.put("prompts list", ofSetList(prompts));
    all.put("prompts retire", ofSetRetire(prompts));
    all.put("control", ofControl(settings));
    all.put("replay", ofReplay(settings, false));
    all.put("ledger", ofLedger(settings));
    all.put("blame", ofBlame(settings));
    return all;
  }

  private static List<Access> read(Collection<String> topics, String purpose) {
    return topics(topics, AclOperation.READ, purpose);
  }

  private static List<Access> written(Collection<String> topics, String purpose) {
    return topics(topics, AclOperation.WRITE, purpose);
  }

  private static List<Access> configs(JobSettings settings) {
    return topics(
        TopicUse.all(settings), AclOperation.DESCRIBE_CONFIGS, "whether a topic is as it must be");
  }

  private static List<Access> topics(
      Collection<String> topics, AclOperation operation, String purpose) {
    return topics.stream()
        .map(topic -> literal(ResourceType.TOPIC, topic, operation, purpose))
        .toList();
  }

  private static Access literal(
      ResourceType resource, String name, AclOperation operation, String purpose) {
    return new Access(resource, name, false, operation, purpose);
  }

  private static Access prefix(
      ResourceType resource, String name, AclOperation operation, String purpose) {
    return new Access(resource, name, true, operation, purpose);
  }
}
