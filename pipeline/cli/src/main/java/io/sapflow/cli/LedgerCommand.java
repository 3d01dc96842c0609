package io.sapflow.cli;

import io.sapflow.job.access.AccessList;
import io.sapflow.ops.topics.Brokers;
import io.sapflow.ops.topics.Ledger;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code sapflow ledger}: which versions saw an example, and what a version saw. */
@Command(
    name = "ledger",
    description = {
      "Tell which versions of an adapter saw an example, or which offsets a version saw.",
      "From what the topics of steps and versions still hold; exit code 1 if that is not enough."
    },
    sortOptions = false)
public final class LedgerCommand implements Callable<Integer> {

  /** What is asked for. */
  static final class Question {
    @Option(names = "--example", paramLabel = "ID", required = true, description = "An example.")
    private String example;

    @Option(names = "--version", paramLabel = "V", required = true, description = "A version.")
    private String version;
  }

  @Mixin private BrokerMixin broker;

  @Option(names = "--adapter", paramLabel = "ID", required = true, description = "The adapter.")
  private String adapter;

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Question question;

  @Override
  public Integer call() {
    Brokers brokers = broker.brokers(AccessList.ofLedger(broker.settings()));
    Ledger ledger = new Ledger(brokers, adapter, System.out::println);
    boolean found =
        question.example != null
            ? ledger.example(question.example)
            : ledger.version(question.version);
    return found ? 0 : 1;
  }
}
