package io.sapflow;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** The rules of the layers. */
@AnalyzeClasses(packages = "io.sapflow", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {

  /**
   * Foundations first, then the stages in the order of the data, then the rooms of the pipeline.
   */
  private static final List<String> ORDER =
      List.of(
          "schema",
          "http",
          "template",
          "model",
          "adapter",
          "metrics",
          "ingest",
          "tokens",
          "batch",
          "sap",
          "train",
          "probe",
          "gate",
          "alert",
          "control",
          "publish",
          "telemetry",
          "job",
          "toy",
          "guard",
          "scrape",
          "local",
          "ops",
          "lab",
          "cli");

  /** Where the pipeline runs Flink; its other packages know Flink's configuration at most. */
  private static final List<String> FLINK_ROOMS =
      List.of(
          "io.sapflow.job",
          "io.sapflow.guard",
          "io.sapflow.scrape",
          "io.sapflow.local.stack",
          "io.sapflow.local.run");

  private static final List<String> CONFIGURED_ROOMS =
      List.of("io.sapflow.local", "io.sapflow.ops", "io.sapflow.lab", "io.sapflow.cli");

  private static final Pattern FLINK_NAMES =
      Pattern.compile(".*(Operator|Function|Serializer|TypeInfo|Schema|Metrics)(\\$.*)?");

  @ArchTest
  static void packages_importEarlierOnesOnly(com.tngtech.archunit.core.domain.JavaClasses all) {
    for (int i = 0; i < ORDER.size() - 1; i++) {
      List<String> later = new ArrayList<>();
      ORDER.subList(i + 1, ORDER.size()).forEach(name -> later.add("io.sapflow." + name + ".."));
      noClasses()
          .that()
          .resideInAPackage("io.sapflow." + ORDER.get(i) + "..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(later.toArray(String[]::new))
          .allowEmptyShould(true)
          .check(all);
    }
  }

  /** What would be written anew for another binding of libtorch: decision 21. */
  private static final String NATIVE =
      "io\\.sapflow\\.model\\.(TorchRuntime|TorchLog|TorchModule|TorchScope|Tensor)(\\$.*)?";

  @ArchTest
  static final ArchRule DJL_IN_FIVE_CLASSES_ONLY =
      noClasses()
          .that()
          .haveNameNotMatching(NATIVE)
          .should()
          .dependOnClassesThat(
              resideInAPackage("ai.djl..").and(not(resideInAPackage("ai.djl.huggingface.."))));

  /** Elsewhere it calls C's own library, and not libtorch. */
  @ArchTest
  static final ArchRule JNA_OF_THE_MODEL_IN_THEM_AS_WELL =
      noClasses()
          .that()
          .haveNameNotMatching(NATIVE)
          .and()
          .resideInAPackage("io.sapflow.model..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("com.sun.jna..");

  @ArchTest
  static final ArchRule TOKENIZERS_IN_TOKENS_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sapflow.tokens..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.huggingface..");

  @ArchTest
  static final ArchRule TEMPLATES_KNOW_NOTHING_OF_THE_PROJECT =
      noClasses()
          .that()
          .resideInAPackage("io.sapflow.template..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.sapflow..").and(not(resideInAPackage("io.sapflow.template.."))));

  @ArchTest
  static final ArchRule THE_GUARD_STANDS_ALONE_IN_LIB =
      noClasses()
          .that()
          .resideInAPackage("io.sapflow.guard..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.sapflow..").and(not(resideInAPackage("io.sapflow.guard.."))));

  @ArchTest
  static final ArchRule THE_REPORTER_STANDS_ALONE_IN_LIB =
      noClasses()
          .that()
          .resideInAPackage("io.sapflow.scrape..")
          .should()
          .dependOnClassesThat(
              resideInAPackage("io.sapflow..").and(not(resideInAPackage("io.sapflow.scrape.."))));

  @ArchTest
  static final ArchRule FLINK_BY_NAME_ONLY =
      classes()
          .that(
              new DescribedPredicate<JavaClass>("depend on Flink where it does not run") {
                @Override
                public boolean test(JavaClass type) {
                  return !isIn(type, FLINK_ROOMS)
                      && type.getDirectDependenciesFromSelf().stream()
                          .map(d -> d.getTargetClass().getPackageName())
                          .filter(name -> name.startsWith("org.apache.flink"))
                          .anyMatch(
                              name ->
                                  !isIn(type, CONFIGURED_ROOMS)
                                      || !name.equals("org.apache.flink.configuration"));
                }
              })
          .should()
          .haveNameMatching(FLINK_NAMES.pattern());

  private static boolean isIn(JavaClass type, List<String> packages) {
    String name = type.getPackageName();
    return packages.stream().anyMatch(p -> name.equals(p) || name.startsWith(p + "."));
  }
}
