package io.sapflow.job;

import io.sapflow.gate.Judgement;
import io.sapflow.schema.TrainingStep;
import io.sapflow.telemetry.Seen;
import io.sapflow.telemetry.TelemetryFunction;
import io.sapflow.telemetry.TelemetrySettings;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.streaming.api.datastream.DataStream;
import org.apache.flink.streaming.api.datastream.SingleOutputStreamOperator;

/** What a collector hears of; without one, incidents are followed and nobody is told. */
final class TelemetryStreams {

  private TelemetryStreams() {}

  static void build(
      DataStream<Judgement> judgements,
      DataStream<TrainingStep> steps,
      TelemetrySettings telemetry) {
    seen("judgements", judgements.map(Seen::of))
        .union(seen("steps", steps.map(Seen::of)))
        .keyBy(Seen::adapterId)
        .process(new TelemetryFunction(telemetry))
        .returns(Types.VOID)
        .setParallelism(1)
        .name("telemetry")
        .uid("telemetry");
  }

  private static DataStream<Seen> seen(String what, SingleOutputStreamOperator<Seen> records) {
    String name = "seen-" + what;
    return records.returns(TypeInformation.of(Seen.class)).name(name).uid(name);
  }
}
