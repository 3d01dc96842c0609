package io.sapflow.lab.drill;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Incidents in few examples, on a real broker and a real cluster. */
@Timeout(1200)
class DrillIT {

  @Test
  void everyIncident_raisesWhatItMust_andNothingHarmfulIsPromoted() throws IOException {
    DrillResult result = new Drill(new Drill.Plan(Set.of(), true, 1), System.out::println).run();
    assertThat(result.incidents()).hasSameSizeAs(Drill.names());
    assertThat(result.incidents())
        .allSatisfy(incident -> assertThat(incident.faults()).as(incident.name()).isEmpty());
    assertThat(result.pass()).isTrue();
  }
}
