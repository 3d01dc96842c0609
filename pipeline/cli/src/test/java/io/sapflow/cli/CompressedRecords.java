package io.sapflow.cli;

import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.compress.Compression;
import org.apache.kafka.common.record.CompressionType;
import org.apache.kafka.common.record.MemoryRecords;
import org.apache.kafka.common.record.Record;
import org.apache.kafka.common.record.SimpleRecord;
import org.apache.kafka.common.utils.Utils;

/** A program that compresses a record and reads it again, by every codec of Kafka. */
public final class CompressedRecords {

  private CompressedRecords() {}

  /** Prints a line for each codec. */
  public static void main(String[] args) {
    for (CompressionType type : CompressionType.values()) {
      byte[] value = "a record".getBytes(StandardCharsets.UTF_8);
      MemoryRecords records =
          MemoryRecords.withRecords(Compression.of(type).build(), new SimpleRecord(value));
      for (Record record : records.records()) {
        byte[] read = Utils.toArray(record.value());
        System.out.println(type.name + ": " + new String(read, StandardCharsets.UTF_8));
      }
    }
  }
}
