package io.sapflow.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.flink.api.common.JobID;
import org.apache.flink.metrics.Counter;
import org.apache.flink.metrics.Gauge;
import org.apache.flink.metrics.Metric;
import org.apache.flink.runtime.clusterframework.types.ResourceID;
import org.apache.flink.runtime.executiongraph.ExecutionAttemptID;
import org.apache.flink.runtime.metrics.groups.AbstractMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskManagerMetricGroup;
import org.apache.flink.runtime.metrics.groups.TaskMetricGroup;
import org.apache.flink.runtime.metrics.util.TestingMetricRegistry;

/** What is registered on a task's own Flink groups, by its place, such as {@code sapflow.steps}. */
public final class RegisteredMetrics {

  private final Map<String, Metric> all = new ConcurrentHashMap<>();

  private final TaskMetricGroup task =
      TaskManagerMetricGroup.createTaskManagerMetricGroup(
              TestingMetricRegistry.builder()
                  .setRegisterConsumer((metric, name, group) -> all.put(id(name, group), metric))
                  .setUnregisterConsumer((metric, name, group) -> all.remove(id(name, group)))
                  .build(),
              "host",
              ResourceID.generate())
          .addJob(new JobID(), "job")
          .addTask(ExecutionAttemptID.randomId(), "task");

  private static String id(String name, AbstractMetricGroup<?> group) {
    List<String> scope = Arrays.asList(group.getScopeComponents());
    int root = scope.indexOf("sapflow");
    return root < 0
        ? group.getMetricIdentifier(name)
        : String.join(".", scope.subList(root, scope.size())) + "." + name;
  }

  /** The task, for a harness or for metrics themselves. */
  public TaskMetricGroup task() {
    return task;
  }

  /** The places of the project's own. */
  public Set<String> ids() {
    Set<String> own = new TreeSet<>(all.keySet());
    own.removeIf(id -> !id.startsWith("sapflow."));
    return own;
  }

  /** What a counter or gauge says; fails where there is none. */
  public double value(String id) {
    Metric metric = all.get(id);
    if (metric instanceof Counter counter) {
      return counter.getCount();
    }
    if (metric instanceof Gauge<?> gauge) {
      return ((Number) gauge.getValue()).doubleValue();
    }
    throw new AssertionError(id + ": found " + metric + " among " + ids());
  }
}
