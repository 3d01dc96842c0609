package io.sapflow.lab.drill;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.local.files.JsonReport;
import java.util.List;

/** How the incidents of a drill went. */
public final class DrillResult {

  private final List<IncidentResult> incidents;

  DrillResult(List<IncidentResult> incidents) {
    this.incidents = List.copyOf(incidents);
  }

  /** Whether all of them went as they should. */
  public boolean pass() {
    return !incidents.isEmpty() && incidents.stream().allMatch(IncidentResult::pass);
  }

  /** Each incident that was played. */
  List<IncidentResult> incidents() {
    return incidents;
  }

  /** For people, in a line. */
  public String line() {
    long held = incidents.stream().filter(IncidentResult::pass).count();
    return (pass() ? "pass" : "fail") + ": " + held + " of " + incidents.size() + " hold";
  }

  /** As JSON. */
  public ObjectNode toJson() {
    ObjectNode json = JsonReport.object();
    json.put("pass", pass());
    ArrayNode array = json.putArray("incidents");
    incidents.forEach(incident -> incident.write(array.addObject()));
    return json;
  }
}
