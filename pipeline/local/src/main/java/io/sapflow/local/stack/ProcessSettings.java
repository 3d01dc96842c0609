package io.sapflow.local.stack;

import java.time.Duration;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.HeartbeatManagerOptions;
import org.apache.flink.configuration.HighAvailabilityOptions;
import org.apache.flink.configuration.JobManagerOptions;
import org.apache.flink.configuration.MemorySize;
import org.apache.flink.configuration.RestOptions;
import org.apache.flink.configuration.SecurityOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.configuration.WebOptions;

/** Flink's configuration for all parts of a {@link ProcessCluster}. */
final class ProcessSettings {

  private ProcessSettings() {}

  /** On free ports of 127.0.0.1; what the options say themselves comes last. */
  static Configuration of(ClusterOptions options, int zooKeeperPort) {
    int rest = FreePorts.next(zooKeeperPort);
    int rpc = FreePorts.next(zooKeeperPort, rest);
    Configuration flink = new Configuration();
    flink.set(JobManagerOptions.ADDRESS, "127.0.0.1");
    flink.set(JobManagerOptions.PORT, rpc);
    flink.set(JobManagerOptions.BIND_HOST, "127.0.0.1");
    flink.set(RestOptions.ADDRESS, "127.0.0.1");
    flink.set(RestOptions.BIND_ADDRESS, "127.0.0.1");
    flink.set(RestOptions.PORT, rest);
    flink.set(RestOptions.BIND_PORT, Integer.toString(rest));
    flink.set(TaskManagerOptions.HOST, "127.0.0.1");
    flink.set(TaskManagerOptions.BIND_HOST, "127.0.0.1");
    flink.set(TaskManagerOptions.NUM_TASK_SLOTS, options.slots());
    // A job on all of them has loaded its classes and libtorch wherever it may have to go.
    flink.set(
        TaskManagerOptions.TASK_MANAGER_LOAD_BALANCE_MODE,
        TaskManagerOptions.TaskManagerLoadBalanceMode.SLOTS);
    // libtorch's memory is off-heap; small otherwise, since several of these run on one machine.
    flink.set(TaskManagerOptions.TASK_HEAP_MEMORY, MemorySize.ofMebiBytes(384));
    flink.set(TaskManagerOptions.TASK_OFF_HEAP_MEMORY, MemorySize.ofMebiBytes(1024));
    flink.set(TaskManagerOptions.MANAGED_MEMORY_SIZE, MemorySize.ofMebiBytes(64));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MIN, MemorySize.ofMebiBytes(64));
    flink.set(TaskManagerOptions.NETWORK_MEMORY_MAX, MemorySize.ofMebiBytes(64));
    // A dead TaskManager is noticed at once by its closed connection, a silent one after seconds.
    flink.set(HeartbeatManagerOptions.HEARTBEAT_INTERVAL, Duration.ofSeconds(1));
    flink.set(HeartbeatManagerOptions.HEARTBEAT_TIMEOUT, Duration.ofSeconds(8));
    flink.set(HeartbeatManagerOptions.HEARTBEAT_RPC_FAILURE_THRESHOLD, 2);
    flink.set(HighAvailabilityOptions.HA_MODE, "zookeeper");
    flink.set(HighAvailabilityOptions.HA_ZOOKEEPER_QUORUM, "127.0.0.1:" + zooKeeperPort);
    flink.set(
        HighAvailabilityOptions.HA_STORAGE_PATH,
        options.directory().resolve("ha").toUri().toString());
    flink.set(HighAvailabilityOptions.ZOOKEEPER_SESSION_TIMEOUT, Duration.ofSeconds(6));
    flink.set(HighAvailabilityOptions.ZOOKEEPER_CONNECTION_TIMEOUT, Duration.ofSeconds(3));
    flink.set(HighAvailabilityOptions.ZOOKEEPER_TOLERATE_SUSPENDED_CONNECTIONS, true);
    flink.set(
        CheckpointingOptions.CHECKPOINTS_DIRECTORY,
        options.directory().resolve("checkpoints").toUri().toString());
    // Those who watch a job under kills want its present state.
    flink.set(WebOptions.REFRESH_INTERVAL, Duration.ofMillis(20));
    flink.set(RestOptions.CACHE_CHECKPOINT_STATISTICS_TIMEOUT, Duration.ofMillis(20));
    flink.set(CoreOptions.TMP_DIRS, options.directory().resolve("tmp").toString());
    flink.set(WebOptions.TMP_DIR, options.directory().resolve("tmp").toString());
    flink.set(WebOptions.SUBMIT_ENABLE, false);
    flink.set(SecurityOptions.DELEGATION_TOKENS_ENABLED, false);
    flink.addAll(options.flink());
    return flink;
  }
}
