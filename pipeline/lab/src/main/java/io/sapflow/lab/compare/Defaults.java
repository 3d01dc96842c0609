package io.sapflow.lab.compare;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.sapflow.batch.BatchOptions;
import io.sapflow.job.JobSettings;
import io.sapflow.job.options.SafetyOptions;
import io.sapflow.sap.SapOptions;

/** The settings of a step and its batches that figures were measured with, by name. */
public final class Defaults {

  private Defaults() {}

  /** Of a job's settings. */
  public static ObjectNode of(JobSettings settings) {
    SapOptions sap = settings.train().sap();
    BatchOptions batch = settings.train().batch();
    return new ObjectMapper()
        .createObjectNode()
        .put("learningRate", sap.learningRate())
        .put("probeLearningRate", sap.hiddenProbeLearningRate())
        .put("probeRelative", settings.get(SafetyOptions.PROBE_RELATIVE))
        .put("perturbation", sap.perturbation())
        .put("directionRefreshSteps", sap.directionRefreshSteps())
        .put("probeRefreshSteps", sap.hiddenProbeRefreshSteps())
        .put("pairs", batch.pairs())
        .put("rows", batch.rows())
        .put("window", batch.window())
        .put("loraRank", settings.lora().rank())
        .put("loraAlpha", settings.lora().alpha());
  }
}
