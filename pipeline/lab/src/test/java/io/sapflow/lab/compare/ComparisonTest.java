package io.sapflow.lab.compare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.job.options.AdapterOptions;
import io.sapflow.job.options.ModelOptions;
import io.sapflow.toy.ToyModel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Short comparisons of the toy model. */
class ComparisonTest {

  private static final List<ComparedMethod> METHODS =
      ComparedMethod.list(List.of("sft", "sap", "sap:negated"));

  @TempDir Path directory;
  private Map<String, String> options;

  @BeforeEach
  void unpackModel() {
    options =
        Map.of(
            ModelOptions.PATH.key(),
            ToyModel.unpack(directory).toString(),
            AdapterOptions.VERSION_UPDATES.key(),
            "10");
  }

  /** Few prompts: scoring takes most of the time. */
  private static Material material(long seed) {
    Material whole = ToyMaterial.of(seed, 160, 0.5);
    return new Material(
        whole.examples(),
        whole.heldOut().subList(0, 20),
        whole.pairs(),
        whole.prompts().subList(0, 20));
  }

  private Map<String, List<Curve>> run(int seeds, int parallel, PointListener heard) {
    return new Comparison(new Plan(METHODS, 3, seeds, parallel), options, ComparisonTest::material)
        .run(heard);
  }

  @Test
  void curvesDoNotDependOnHowManyRunAtATime() {
    List<CurvePoint> heard = new ArrayList<>();
    Map<String, List<Curve>> curves = run(2, 3, (method, seed, point) -> heard.add(point));
    assertEquals(List.of("sft", "sap", "sap:negated"), List.copyOf(curves.keySet()));
    assertEquals(List.of(3L, 4L), curves.get("sap").stream().map(Curve::seed).toList());
    assertEquals(
        heard.size(),
        curves.values().stream().flatMap(List::stream).mapToInt(run -> run.points().size()).sum());
    Map<String, List<Curve>> again = run(1, 1, (method, seed, point) -> {});
    again.forEach((method, runs) -> assertEquals(curves.get(method).get(0), runs.get(0)));
  }

  @Test
  void methodsDifferAndTrainingLowersTheTaskLoss() {
    Map<String, List<Curve>> curves = run(1, 1, (method, seed, point) -> {});
    Curve plain = curves.get("sft").get(0);
    assertTrue(plain.last().taskLoss() < 0.9 * plain.points().get(0).taskLoss(), plain.toString());
    assertEquals(0, plain.points().get(0).step());
    assertNotEquals(plain.last(), curves.get("sap").get(0).last());
    assertNotEquals(curves.get("sap:negated").get(0).last(), curves.get("sap").get(0).last());
  }

  @Test
  void thePageHoldsChartAndDataAndAsksForNothing() throws Exception {
    Map<String, List<Curve>> curves = run(1, 1, (method, seed, point) -> {});
    ObjectNode json =
        new ComparisonResult(
                curves,
                Defaults.of(
                    new Comparison(new Plan(METHODS, 0, 1, 1), options, null)
                        .settings(METHODS.get(1), 0)))
            .json();
    assertEquals(1, json.path("seeds").asInt());
    assertEquals(0.02, json.path("atEqualTaskLoss").path("taskLoss").asDouble());
    assertTrue(json.path("atEqualTaskLoss").path("sap").path("harmfulScoreOverSft").has("mean"));
    assertTrue(
        json.path("methods")
            .path("sap")
            .path("runs")
            .path(0)
            .path("curve")
            .path(0)
            .has("taskLoss"));
    assertEquals(32, json.path("defaults").path("directionRefreshSteps").asInt());
    Path page = ComparisonPage.write(json, "compare </script>", directory.resolve("report"));
    String text = Files.readString(page);
    assertTrue(text.contains("\"harmfulScore\"") && text.contains("Chart.js"));
    assertTrue(text.contains("compare <\\/script>"));
    assertFalse(text.matches("(?s).*(src|href)\\s*=\\s*[\"'].*"), "nothing is fetched");
  }
}
