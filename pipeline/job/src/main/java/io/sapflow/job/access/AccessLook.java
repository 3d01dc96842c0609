package io.sapflow.job.access;

import io.sapflow.job.kafka.KafkaClients;
import io.sapflow.job.kafka.Reach;
import io.sapflow.job.kafka.StackException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.clients.admin.FenceProducersOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Asks the brokers what the calling user may do. Of a topic they tell it. The other questions are
 * requests that they refuse as senseless once they have found a right to them, so that nothing
 * comes of them: an offset of a topic that is none, a transaction that is longer than any may be, a
 * topic that is only tried.
 */
public final class AccessLook {

  /** Ends the name of what is asked about, where any that begins so would do. */
  private static final String ANY = "access-look";

  private static final TopicPartition NOWHERE = new TopicPartition("sapflow-" + ANY, 0);

  /** More than the brokers' transaction.max.timeout.ms. */
  private static final int TOO_LONG = Integer.MAX_VALUE;

  private final Admin admin;
  private final Map<String, KafkaFuture<TopicDescription>> topics;

  private AccessLook(Admin admin, Set<String> topics) {
    this.admin = admin;
    this.topics =
        admin
            .describeTopics(topics, new DescribeTopicsOptions().includeAuthorizedOperations(true))
            .topicNameValues();
  }

  /**
   * What was found.
   *
   * @param missing what the calling user may not do, in the order of the list
   * @param absent topics of the list that are not there
   */
  public record Found(List<Access> missing, List<String> absent) {}

  /**
   * What the calling user may not do, in the order of the list. Of a topic that is not there
   * nothing but CREATE can be told; of one that is there CREATE is not asked.
   *
   * @throws StackException in one line, if the brokers cannot be reached
   */
  public static List<Access> missing(KafkaClients clients, List<Access> needed) {
    return Reach.ask(clients, admin -> look(clients, admin, needed)).missing();
  }

  /**
   * Refuses a user who may not do all of it.
   *
   * @return the topics of the list that are not there
   * @throws StackException in one line that names each operation and its resource, or where the
   *     brokers cannot be reached
   */
  public static List<String> require(KafkaClients clients, List<Access> needed) {
    Found found = Reach.ask(clients, admin -> look(clients, admin, needed));
    if (!found.missing().isEmpty()) {
      throw new StackException(
          "the brokers at "
              + clients.bootstrapServers()
              + ": found "
              + noRightTo(found.missing())
              + ", expected access control lists that give it to this user");
    }
    return found.absent();
  }

  /** Words for what is missing: {@code no right to READ on topic a, WRITE on topic b}. */
  public static String noRightTo(List<Access> missing) {
    return "no right to " + missing.stream().map(Access::words).collect(Collectors.joining(", "));
  }

  private static Found look(KafkaClients clients, Admin admin, List<Access> needed)
      throws ExecutionException, InterruptedException {
    Set<String> topics = new LinkedHashSet<>();
    for (Access access : needed) {
      if (isOfTopic(access)) {
        topics.add(access.name());
      }
    }
    AccessLook look = new AccessLook(admin, topics);
    List<String> absent = look.absent();
    Map<Access, KafkaFuture<?>> answers = new LinkedHashMap<>();
    for (Access access : needed) {
      if (access.operation() != AclOperation.CREATE || absent.contains(access.name())) {
        answers.put(access, look.ask(access));
      }
    }
    List<Access> missing = new ArrayList<>();
    boolean heard = false;
    for (Map.Entry<Access, KafkaFuture<?>> each : answers.entrySet()) {
      Access access = each.getKey();
      try {
        if (!isAllowed(access, each.getValue())) {
          missing.add(access);
        }
        heard = true;
      } catch (ExecutionException e) {
        if (heard && e.getCause() instanceof RetriableException) {
          throw new StackException(
              "the brokers at "
                  + clients.bootstrapServers()
                  + ": found no answer to whether this user may "
                  + access.words()
                  + ", expected one",
              e);
        }
        throw e;
      }
    }
    return new Found(missing, absent);
  }

  private List<String> absent() throws InterruptedException, ExecutionException {
    List<String> absent = new ArrayList<>();
    for (Map.Entry<String, KafkaFuture<TopicDescription>> each : topics.entrySet()) {
      try {
        Reach.await(each.getValue());
      } catch (ExecutionException e) {
        if (e.getCause() instanceof UnknownTopicOrPartitionException) {
          absent.add(each.getKey());
        }
      }
    }
    Collections.sort(absent);
    return absent;
  }

  private static boolean isOfTopic(Access access) {
    return switch (access.resource()) {
      case TOPIC -> true;
      case GROUP, TRANSACTIONAL_ID -> false;
      default -> throw new IllegalArgumentException("nobody is asked for " + access.words());
    };
  }

  private KafkaFuture<?> ask(Access access) {
    String name = access.prefixed() ? access.name() + ANY : access.name();
    return switch (access.resource()) {
      case TOPIC ->
          access.operation() == AclOperation.CREATE ? asIfCreated(name) : topics.get(name);
      case GROUP ->
          admin
              .alterConsumerGroupOffsets(name, Map.of(NOWHERE, new OffsetAndMetadata(0)))
              .partitionResult(NOWHERE);
      default -> access.prefixed() ? asIfOpened(name) : asIfTold(name);
    };
  }

  /** Where brokers allow any length the id is opened, which is nobody's. */
  private KafkaFuture<?> asIfOpened(String id) {
    return admin.fenceProducers(Set.of(id), new FenceProducersOptions().timeoutMs(TOO_LONG)).all();
  }

  /** An id that may be in use is not touched: who may write it may have it described. */
  private KafkaFuture<?> asIfTold(String id) {
    return admin.describeTransactions(Set.of(id)).all();
  }

  private KafkaFuture<?> asIfCreated(String name) {
    return admin
        .createTopics(
            Set.of(new NewTopic(name, Optional.of(1), Optional.empty())),
            new CreateTopicsOptions().validateOnly(true))
        .all();
  }

  private static boolean isAllowed(Access access, KafkaFuture<?> answer)
      throws ExecutionException, InterruptedException {
    try {
      return !(Reach.await(answer) instanceof TopicDescription topic)
          || topic.authorizedOperations() == null
          || topic.authorizedOperations().contains(access.operation());
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (refusal(access).isInstance(cause)) {
        return false;
      }
      if (isSenseless(cause)) {
        return true;
      }
      throw e;
    }
  }

  /** Whether it is answered to a question once the right to it was found. */
  private static boolean isSenseless(Throwable answer) {
    return answer instanceof UnknownTopicOrPartitionException
        // of the topic that is none, to whoever has a right to the group
        || answer instanceof TopicAuthorizationException
        || (answer instanceof ApiException
            && !(answer instanceof RetriableException)
            && !(answer instanceof AuthorizationException)
            && !(answer instanceof AuthenticationException));
  }

  private static Class<? extends AuthorizationException> refusal(Access access) {
    return switch (access.resource()) {
      case TOPIC -> TopicAuthorizationException.class;
      case GROUP -> GroupAuthorizationException.class;
      default -> TransactionalIdAuthorizationException.class;
    };
  }
}
