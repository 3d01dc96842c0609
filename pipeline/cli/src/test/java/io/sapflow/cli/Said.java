package io.sapflow.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What a command said, on both streams, and its exit code. */
record Said(int code, String out, String err) {

  /** Gives the launcher's arguments to the command line of this process. */
  static synchronized Said on(String bootstrapServers, String... args) {
    List<String> all = new ArrayList<>(List.of(args));
    all.add("-Dsapflow.kafka.bootstrap-servers=" + bootstrapServers);
    return of(all.toArray(String[]::new));
  }

  /** The same with nothing of its own. */
  static synchronized Said of(String... args) {
    PrintStream out = System.out;
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    ByteArrayOutputStream complaint = new ByteArrayOutputStream();
    try {
      System.setOut(new PrintStream(said, true, StandardCharsets.UTF_8));
      System.setErr(new PrintStream(complaint, true, StandardCharsets.UTF_8));
      int code =
          SapflowCommand.commandLine().setErr(new PrintWriter(System.err, true)).execute(args);
      return new Said(
          code, said.toString(StandardCharsets.UTF_8), complaint.toString(StandardCharsets.UTF_8));
    } finally {
      System.setOut(out);
      System.setErr(err);
    }
  }
}
