package io.sapflow.cli;

import io.sapflow.job.JobSettings;
import io.sapflow.job.Preflight;
import io.sapflow.job.options.GateOptions;
import io.sapflow.lab.demo.Demo;
import io.sapflow.lab.demo.DemoResult;
import io.sapflow.lab.demo.DemoSettings;
import io.sapflow.lab.demo.DemoStream;
import io.sapflow.lab.demo.DemoView;
import io.sapflow.lab.demo.LiveView;
import io.sapflow.lab.demo.PlainView;
import io.sapflow.local.run.LocalRun;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.apache.flink.configuration.Configuration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow demo}: what Sapflow is for, in a minute or two. */
@Command(
    name = "demo",
    description = {
      "A benign stream, then a poisoned source: noticed, undone and set aside, on real parts.",
      "Receivers of alerts hear of their end at once (sapflow.alert.RULE.keep-firing-for is 0),",
      "and nobody has to acknowledge what was done (sapflow.alert.incident.enabled is false)."
    },
    sortOptions = false)
public final class DemoCommand implements Callable<Integer> {

  @Option(
      names = "--seed",
      defaultValue = "0",
      description = "Of the stream, the adapter and sampling; ${DEFAULT-VALUE}.")
  private long seed;

  @Option(names = "--headless", description = "Print plain lines, also on a terminal.")
  private boolean headless;

  @Option(
      names = "--method",
      defaultValue = "sap",
      description = "sap, or sft for plain fine-tuning without replay; ${DEFAULT-VALUE}.")
  private String method;

  @Option(
      names = "--no-gate",
      description = "Promote every version and undo nothing; alerts fire all the same.")
  private boolean noGate;

  @Option(
      names = "-D",
      paramLabel = "KEY=VALUE",
      description = "An option of the job, such as -Dsapflow.gate.harmful-score=0.05.")
  private Map<String, String> overrides = new TreeMap<>();

  @Option(names = "--json", paramLabel = "FILE", description = "Write the summary as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    UsualTopics.require(overrides);
    long started = System.nanoTime();
    try (WorkDirectory work = WorkDirectory.create()) {
      Path model = ToyModel.unpack(work.path());
      Configuration configuration =
          DemoSettings.configuration(model, seed, method, noGate, overrides);
      JobSettings settings = new JobSettings(configuration);
      Preflight.check(settings);
      System.out.println("starting broker and cluster");
      try (LocalRun run = LocalRun.start(work);
          DemoView view = work.own(view(run, settings, work))) {
        Demo demo = new Demo(seed, new DemoStream(seed, DemoStream.Size.DEFAULT), view);
        Configuration complete = run.complete(configuration);
        demo.run(run, complete);
        view.close();
        System.out.println("scoring base model and served version on examples unseen so far");
        DemoResult result = DemoResult.of(seed, demo, new JobSettings(complete));
        result.summary((System.nanoTime() - started) / 1e9).write(json);
        result.print(System.out);
        return result.holds() ? 0 : 1;
      }
    }
  }

  private DemoView view(LocalRun run, JobSettings settings, WorkDirectory work) {
    Optional<LiveView> live =
        headless
            ? Optional.empty()
            : LiveView.open(
                run.webUrl().toString(),
                run.bootstrapServers(),
                settings.get(GateOptions.HARMFUL_SCORE),
                work.resolve("stderr"));
    if (live.isPresent()) {
      return live.get();
    }
    System.out.println("Flink: " + run.webUrl() + "  Kafka: " + run.bootstrapServers());
    return new PlainView(System.out);
  }
}
