package io.sapflow.cli;

import io.sapflow.job.access.Access;
import io.sapflow.job.access.AccessList;
import io.sapflow.job.sets.SafetySet;
import io.sapflow.ops.topics.SetDesk;
import java.util.List;
import org.apache.avro.specific.SpecificRecord;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * What {@code pairs} and {@code prompts} have in common: two sets of which no record may be in
 * both.
 *
 * @param <T> the set's records
 * @param <O> the other set's
 */
abstract class SetCommand<T extends SpecificRecord, O extends SpecificRecord> implements Runnable {

  @CommandLine.Spec private CommandLine.Model.CommandSpec spec;

  private final SafetySet<T> set;
  private final SafetySet<O> other;

  SetCommand(SafetySet<T> set, SafetySet<O> other) {
    this.set = set;
    this.other = other;
  }

  @Command(
      name = "list",
      description = "Tell ids, kinds or categories, digests and which are active; no text.",
      sortOptions = false)
  int list(@Mixin BrokerMixin broker) {
    desk(broker, AccessList.ofSetList(name(broker, set))).list();
    return 0;
  }

  @Command(
      name = "retire",
      description = "Take out of use; exit code 1 if one of them was not in use.",
      sortOptions = false)
  int retire(
      @Mixin BrokerMixin broker,
      @Parameters(arity = "1..*", paramLabel = "ID", description = "As list tells them.")
          List<String> ids) {
    return desk(broker, AccessList.ofSetRetire(name(broker, set))).retire(ids) ? 0 : 1;
  }

  /** What loads. */
  final SetDesk<T, O> loading(BrokerMixin broker) {
    return desk(broker, AccessList.ofSetLoad(name(broker, set), name(broker, other)));
  }

  private static String name(BrokerMixin broker, SafetySet<?> set) {
    return broker.settings().topics().of(set.topic());
  }

  private SetDesk<T, O> desk(BrokerMixin broker, List<Access> needed) {
    return new SetDesk<>(
        broker.brokers(needed),
        broker.settings().ingest(),
        set,
        other,
        System.out::println,
        System.err::println);
  }

  @Override
  public void run() {
    throw new CommandLine.ParameterException(spec.commandLine(), "a command is missing");
  }
}
