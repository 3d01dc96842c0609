package io.sapflow.lab.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A real job in a process of its own, under hostile records of every codec. */
@Timeout(300)
class RecordsChaosIT {

  @Test
  void hostileRecords_areSetAside_andTheGoodBetweenThemTrained() {
    List<String> lines = new ArrayList<>();
    RecordsPlan plan = new RecordsPlan(3000, 100, 0);
    RecordsResult result = new RecordsChaos(plan, Map.of(), lines::add).run();
    assertThat(result.holds()).as("%s %s", lines, result.lines()).isTrue();
    assertThat(result.largestRecordMiB()).isGreaterThanOrEqualTo(64);
    assertThat(result.goodSent()).isEqualTo(160);
    assertThat(result.quarantined())
        .containsKeys("RECORD_TOO_LARGE", "GARBAGE", "UNKNOWN_SCHEMA", "CUT", "MALFORMED");
    assertThat(result.toJson().fieldNames())
        .toIterable()
        .containsExactly(
            "sent",
            "trained",
            "quarantined",
            "goodSent",
            "goodTrained",
            "restarts",
            "rejectedPerSecond",
            "heapIdleMiB",
            "heapMaxMiB",
            "largestRecordMiB",
            "checkpointsToGood",
            "pass");
  }
}
