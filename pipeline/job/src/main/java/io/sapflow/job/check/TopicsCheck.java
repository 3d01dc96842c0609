package io.sapflow.job.check;

import io.sapflow.job.KafkaLimits;
import io.sapflow.job.TopicPlan;
import io.sapflow.job.kafka.StackException;
import io.sapflow.job.kafka.TopicAdmin;
import io.sapflow.job.kafka.TopicSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/** Whether the job's topics are as it needs them, or can be made. */
record TopicsCheck(Subject subject) implements Check {

  private static final String EXPECTED =
      "each topic as sapflow topics create makes it, or leave to make it";

  @Override
  public String name() {
    return "topics";
  }

  @Override
  public Finding look() {
    List<TopicSpec> there = new ArrayList<>();
    List<TopicSpec> missing = new ArrayList<>();
    for (TopicSpec spec : TopicPlan.of(subject.settings().sources(), 1)) {
      (subject.topics().contains(spec.name()) ? there : missing).add(spec);
    }
    try (TopicAdmin admin = new TopicAdmin(subject.kafka())) {
      List<String> wrong = new ArrayList<>();
      there.forEach(spec -> wrong.addAll(faults(admin, spec)));
      wrong.addAll(missing(admin, missing));
      if (!wrong.isEmpty()) {
        Finding fault =
            wrong.size() == 1
                ? Finding.told(new StackException(wrong.get(0)), EXPECTED)
                : Finding.fault(String.join("; ", wrong), EXPECTED);
        return stops(admin, there, missing) ? fault : fault.asWarning();
      }
      long compressed = there.stream().filter(spec -> !admin.isUncompressed(spec.name())).count();
      return Finding.ok(
          there.size()
              + " there"
              + (missing.isEmpty() ? "" : ", " + missing.size() + " missing, which can be made")
              + (compressed == 0
                  ? ""
                  : ", "
                      + compressed
                      + " without compression.type=uncompressed, which the job reads with care"),
          EXPECTED);
    }
  }

  /** By Flink's own client a job starts on what is there, as long as its order can be kept. */
  private boolean stops(TopicAdmin admin, List<TopicSpec> there, List<TopicSpec> missing) {
    return subject.purpose() != Purpose.JAR
        || !missing.isEmpty()
        || there.stream()
            .filter(TopicSpec::exact)
            .anyMatch(
                spec ->
                    admin.describe(spec.name()).orElseThrow().partitions() != spec.partitions());
  }

  private static List<String> faults(TopicAdmin admin, TopicSpec spec) {
    List<String> faults =
        new ArrayList<>(
            admin.describe(spec.name()).map(topic -> TopicAdmin.faults(spec, topic)).orElseThrow());
    OptionalInt bytes = admin.mostBytes(spec.name());
    if (bytes.isPresent() && bytes.getAsInt() < KafkaLimits.LEAST_TOPIC_BYTES) {
      faults.add(
          "topic "
              + spec.name()
              + " has max.message.bytes="
              + bytes.getAsInt()
              + ", it must have "
              + KafkaLimits.LEAST_TOPIC_BYTES
              + " or more");
    }
    return faults;
  }

  private List<String> missing(TopicAdmin admin, List<TopicSpec> missing) {
    if (missing.isEmpty()) {
      return List.of();
    }
    return subject.purpose() == Purpose.JAR
        ? List.of(
            missing.stream().map(TopicSpec::name).collect(Collectors.joining(", "))
                + " missing, which nobody makes here")
        : admin.obstacles(missing);
  }
}
