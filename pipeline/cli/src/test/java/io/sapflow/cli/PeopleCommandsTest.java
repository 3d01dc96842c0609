package io.sapflow.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the commands for people refuse before they ask a broker. */
class PeopleCommandsTest {

  private static final String SERVERS = "-Dsapflow.kafka.bootstrap-servers=127.0.0.1:1";

  @TempDir Path directory;

  private static String refusal(String... args) {
    StringWriter err = new StringWriter();
    int code = SapflowCommand.commandLine().setErr(new PrintWriter(err, true)).execute(args);
    assertThat(code).isEqualTo(2);
    return err.toString();
  }

  @Test
  void noServers_namesTheOption() {
    assertThat(refusal("topics", "describe"))
        .isEqualTo(
            "sapflow: sapflow.kafka.bootstrap-servers: is missing, expected addresses of the Kafka"
                + " brokers, host:port, separated by commas\n");
  }

  @Test
  void noConfig_namesTheFile() {
    Path none = directory.resolve("none.yaml");
    assertThat(refusal("pairs", "list", "--config", none.toString()))
        .isEqualTo(
            "sapflow: --config: found no file "
                + none
                + ", expected YAML (see sapflow pairs list --help)\n");
  }

  @Test
  void unknownOption_isRefused() {
    assertThat(refusal("prompts", "list", "-Dsapflow.kafka.bootstrap=x"))
        .startsWith("sapflow: sapflow.kafka.bootstrap: is no option; the nearest is");
  }

  @Test
  void topics_partitions() {
    assertThat(refusal("topics", "create", SERVERS, "--partitions", "0"))
        .startsWith("sapflow: --partitions: found 0, expected 1 or more");
    assertThat(refusal("topics")).startsWith("sapflow: a command is missing");
  }

  @Test
  void send_adapterAndSource() {
    assertThat(refusal("send", "x.jsonl", SERVERS, "--adapter", "A b", "--source", "s"))
        .startsWith("sapflow: --adapter: found A b, expected [a-z0-9-]{1,64}");
    assertThat(refusal("send", "x.jsonl", SERVERS, "--adapter", "a", "--source", " "))
        .startsWith("sapflow: --source: found nothing but blanks, expected a name");
    assertThat(
            refusal("send", "x.jsonl", SERVERS, "--adapter", "a", "--source", "s", "--topic", "t"))
        .startsWith("sapflow: --topic: found t, expected one of [sapflow.examples.v1]");
    assertThat(
            refusal(
                "send", "x.jsonl", SERVERS, "--adapter", "a", "--source", "s", "--key-env", "NO_X"))
        .startsWith(
            "sapflow: --key-env: found no variable NO_X in the environment, expected the key of"
                + " source s");
    assertThat(refusal("send", "x.jsonl", SERVERS, "--adapter", "a"))
        .startsWith("sapflow: Missing required option: '--source=NAME'");
  }

  @Test
  void watch_topicAndCount() {
    assertThat(refusal("watch", "weather", SERVERS))
        .startsWith("sapflow: Invalid value for positional parameter at index 0 (TOPIC)")
        .contains("[ALERTS, STEPS, PROBES, ADAPTERS, QUARANTINE] (case-insensitive)");
    assertThat(refusal("watch", "STEPS", SERVERS, "--count", "0"))
        .startsWith("sapflow: --count: found 0, expected 1 or more");
  }

  private static String control(String... args) {
    List<String> all = new ArrayList<>(List.of("control"));
    all.addAll(List.of(args));
    all.addAll(List.of("--adapter", "helper", "--reason", "why", SERVERS));
    return refusal(all.toArray(String[]::new));
  }

  @Test
  void control_argumentsThatDoNotFit() {
    assertThat(refusal("control", "halt", SERVERS))
        .contains("ROLLBACK", "probe-now", "quarantine-source", "release-source", "ACKNOWLEDGE");
    assertThat(control("quarantine-source"))
        .startsWith(
            "sapflow: --source: is missing, expected a name, which quarantine-source needs");
    assertThat(control("pause", "--source", "x"))
        .startsWith("sapflow: --source: found x, expected none: pause takes no source");
    assertThat(control("probe-now", "--version", "x"))
        .startsWith("sapflow: --version: found x, expected none: probe-now takes no version");
    assertThat(control("acknowledge", "--source", "x"))
        .startsWith("sapflow: --source: found x, expected none: acknowledge takes no source");
    assertThat(control("acknowledge"))
        .startsWith("sapflow: --seen: is missing, expected how many rollbacks and quarantines");
    assertThat(control("acknowledge", "--seen", "0"))
        .startsWith("sapflow: --seen: found 0, expected");
    assertThat(control("pause", "--seen", "1"))
        .startsWith("sapflow: --seen: found 1, expected none: pause takes no number");
    assertThat(control("pause", "--issuer", "gate"))
        .startsWith("sapflow: --issuer: found 'gate', expected a person's name")
        .contains("gate, alert, schedule are the job's own");
    assertThat(control("pause", "--issuer", "Schedule "))
        .startsWith("sapflow: --issuer: found 'Schedule ', expected a person's name");
    assertThat(control("pause", "--wait", "-1")).startsWith("sapflow: --wait: found -1");
    assertThat(control("pause", "--at-step", "-1")).startsWith("sapflow: --at-step: found -1");
    assertThat(refusal("control", "pause", "--adapter", "A", "--reason", "r", SERVERS))
        .startsWith("sapflow: --adapter: found A, expected [a-z0-9-]{1,64} or *");
    assertThat(refusal("control", "pause", "--adapter", "a", SERVERS))
        .startsWith("sapflow: Missing required option: '--reason=TEXT'");
  }

  @Test
  void replay_andLedger_needAQuestion() {
    assertThat(refusal("replay", SERVERS, "--adapter", "a"))
        .startsWith("sapflow: --reason, --source, --offsets: found none");
    assertThat(refusal("replay", SERVERS, "--offsets", "1-2"))
        .startsWith("sapflow: --offsets: found 1-2, expected PARTITION:FIRST-LAST");
    assertThat(refusal("ledger", SERVERS, "--adapter", "a"))
        .contains("--example=ID")
        .contains("--version=V");
    assertThat(refusal("ledger", SERVERS, "--adapter", "a", "--example", "e", "--version", "v"))
        .contains("mutually exclusive");
  }
}
