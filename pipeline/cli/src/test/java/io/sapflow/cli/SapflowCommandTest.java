package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.sapflow.job.options.OptionGroup;
import io.sapflow.job.options.SapflowOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class SapflowCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void noCommand_isWrongUsage() {
    assertThat(run()).isEqualTo(2);
    assertThat(err).hasToString("sapflow: a command is missing (see sapflow --help)\n");
  }

  @Test
  void unknownOption_isOneLine() {
    assertThat(run("--colour")).isEqualTo(2);
    assertThat(err).hasToString("sapflow: Unknown option: '--colour' (see sapflow --help)\n");
  }

  @Test
  void help_ofRun_listsEveryOptionAsItIsDeclared() {
    assertThat(run("run", "--help")).isZero();
    String help = out.toString().replaceAll("\\s+", " ");
    assertThat(help)
        .contains(
            "sapflow.lora.rank Rank of the adapters. (whole number; from 1 to 65536; by default 8)",
            "sapflow.alert.RULE.threshold The alert fires above it");
    for (OptionGroup group : SapflowOptions.groups()) {
      assertThat(group.options()).allSatisfy(option -> assertThat(help).contains(option.key()));
    }
  }

  @Test
  void badOptionOfACommand_pointsToItsHelp() {
    assertThat(run("try", "--count", "many")).isEqualTo(2);
    assertThat(err.toString())
        .isEqualTo(
            "sapflow: Invalid value for option '--count': 'many' is not an int"
                + " (see sapflow try --help)\n");
  }

  @Test
  void usageException_isTwo_anyOther_isOne() {
    assertThat(run("try", "--usage")).isEqualTo(2);
    assertThat(err).hasToString("sapflow: --count 0: at least 1 (see sapflow try --help)\n");
    err.getBuffer().setLength(0);
    assertThat(run("try")).isEqualTo(1);
    assertThat(err).hasToString("sapflow: broken\n");
  }

  @Test
  void verbose_anywhere_printsTheStackTrace() {
    assertThat(run("try", "--verbose")).isEqualTo(1);
    assertThat(err.toString())
        .startsWith("sapflow: broken\n")
        .contains("\tat " + Try.class.getName());
  }

  @Test
  void version_namesWhatItWasBuiltWith() {
    assertThat(run("--version")).isZero();
    assertThat(out.toString())
        .matches("sapflow \\d.*\\(Flink 2\\..*, Kafka 4\\..*, PyTorch 2\\..*\\)\n");
  }

  private int run(String... args) {
    CommandLine line = SapflowCommand.commandLine();
    line.addSubcommand(new Try());
    return line.setOut(new PrintWriter(out, true)).setErr(new PrintWriter(err, true)).execute(args);
  }

  /** A command that fails. */
  @Command(name = "try")
  private static final class Try implements Callable<Integer> {
    @Option(names = "--count")
    private int count;

    @Option(names = "--usage")
    private boolean usage;

    @Override
    public Integer call() {
      if (usage) {
        throw new UsageException("--count " + count + ": at least 1");
      }
      throw new IllegalStateException("broken");
    }
  }
}
