package io.sapflow.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.ConfigFile;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.job.options.TrainingOptions;
import io.sapflow.lab.compare.ProbePrecision;
import io.sapflow.lab.compare.WayPrecision;
import io.sapflow.local.stack.WorkDirectory;
import io.sapflow.toy.ToyModel;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code sapflow sap precision}. */
@Command(
    name = "precision",
    description =
        "What rounding leaves of the probe's gradient: its cosine with float64's, by type and"
            + " perturbation on the toy world, and by both ways to find it on random models.",
    sortOptions = false)
public final class PrecisionCommand implements Callable<Integer> {

  @Option(
      names = "--examples",
      paramLabel = "N",
      defaultValue = "800",
      description =
          "Examples of the toy world that are trained on before it is measured; ${DEFAULT-VALUE}.")
  private int examples;

  @Option(
      names = "--steps",
      paramLabel = "N",
      defaultValue = "80",
      description = "Updates of each random model before both ways are compared; ${DEFAULT-VALUE}.")
  private int steps;

  @Option(names = "--seed", defaultValue = "0", description = "Of data and adapter.")
  private long seed;

  @Option(names = "--json", paramLabel = "FILE", description = "Write the cosines as JSON.")
  private Path json;

  @Override
  public Integer call() throws IOException {
    if (examples < 1) {
      throw new UsageException("--examples: found " + examples + ", expected at least 1");
    }
    if (steps < 1) {
      throw new UsageException("--steps: found " + steps + ", expected at least 1");
    }
    ObjectMapper mapper = new ObjectMapper();
    ObjectNode root = mapper.createObjectNode();
    ArrayNode perturbations = root.putArray("perturbations");
    ProbePrecision.PERTURBATIONS.forEach(perturbations::add);
    try (WorkDirectory work = WorkDirectory.create()) {
      Map<String, String> options = new TreeMap<>();
      options.put(ModelOptions.PATH.key(), ToyModel.unpack(work.path()).toString());
      options.put(TrainingOptions.SEED.key(), Long.toString(seed));
      ProbePrecision precision =
          ProbePrecision.at(new JobSettings(ConfigFile.of(options)), seed, examples);
      System.out.printf("%-32s", "perturbation");
      ProbePrecision.PERTURBATIONS.forEach(each -> System.out.printf(" %9.0e", each));
      System.out.println();
      for (ProbePrecision.Arithmetic arithmetic : ProbePrecision.ARITHMETICS) {
        List<Double> cosines = precision.cosines(arithmetic);
        System.out.printf("%-32s", arithmetic.name());
        cosines.forEach(each -> System.out.printf(" %9.5f", each));
        System.out.println();
        ArrayNode array = root.putObject(arithmetic.name()).putArray("cosines");
        cosines.forEach(array::add);
      }
      ways(work.path(), root.putArray("rows"));
    }
    if (json != null) {
      mapper.writeValue(json.toFile(), root);
    }
    return 0;
  }

  /** Both ways to find q on random models of each family. */
  private void ways(Path work, ArrayNode rows) throws IOException {
    System.out.printf("%n%-32s %9s %9s %9s%n", "", "cosine", "signs", "pushes");
    for (String family : WayPrecision.families()) {
      for (WayPrecision.Row row : WayPrecision.of(family, work, seed, steps).rows()) {
        String base = word(row.base());
        String way = word(row.way());
        System.out.printf(
            "%-32s %9.5f %9.5f %9.5f%n",
            row.model() + " " + base + ", " + way,
            row.cosine(),
            row.signAgreement(),
            row.pushCosine());
        rows.addObject()
            .put("model", row.model())
            .put("baseType", base)
            .put("way", way)
            .put("cosine", row.cosine())
            .put("signAgreement", row.signAgreement())
            .put("pushCosine", row.pushCosine());
      }
    }
  }

  private static String word(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
