package io.sapflow;

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

  /** Foundations first, then the stages in the order of the data. */
  private static final List<String> ORDER =
      List.of(
          "schema",
          "http",
          "model",
          "adapter",
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
          "pipeline");

  private static final Pattern FLINK_NAMES =
      Pattern.compile(".*(Operator|Function|Serializer|TypeInfo|Schema)(\\$.*)?");

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

  @ArchTest
  static final ArchRule TENSORS_IN_MODEL_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sapflow.model..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("ai.djl.ndarray..", "ai.djl.engine..", "ai.djl.pytorch..");

  @ArchTest
  static final ArchRule TOKENIZERS_IN_TOKENS_ONLY =
      noClasses()
          .that()
          .resideOutsideOfPackage("io.sapflow.tokens..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.djl.huggingface..");

  @ArchTest
  static final ArchRule FLINK_BY_NAME_ONLY =
      classes()
          .that(
              new DescribedPredicate<JavaClass>("depend on Flink outside of the pipeline") {
                @Override
                public boolean test(JavaClass type) {
                  return !type.getPackageName().startsWith("io.sapflow.pipeline")
                      && type.getDirectDependenciesFromSelf().stream()
                          .anyMatch(
                              d ->
                                  d.getTargetClass()
                                      .getPackageName()
                                      .startsWith("org.apache.flink"));
                }
              })
          .should()
          .haveNameMatching(FLINK_NAMES.pattern());
}
