package io.sapflow.train;

import org.apache.flink.api.common.serialization.SerializerConfig;
import org.apache.flink.api.common.typeinfo.TypeInformation;
import org.apache.flink.api.common.typeutils.TypeSerializer;

/** Broadcast records as Flink's streams carry them: generic types are off. */
public final class BroadcastRecordTypeInfo extends TypeInformation<BroadcastRecord> {

  /** The one instance. */
  public static final BroadcastRecordTypeInfo INSTANCE = new BroadcastRecordTypeInfo();

  private static final long serialVersionUID = 1;

  private BroadcastRecordTypeInfo() {}

  @Override
  public boolean isBasicType() {
    return false;
  }

  @Override
  public boolean isTupleType() {
    return false;
  }

  @Override
  public int getArity() {
    return 1;
  }

  @Override
  public int getTotalFields() {
    return 1;
  }

  @Override
  public Class<BroadcastRecord> getTypeClass() {
    return BroadcastRecord.class;
  }

  @Override
  public boolean isKeyType() {
    return false;
  }

  @Override
  public TypeSerializer<BroadcastRecord> createSerializer(SerializerConfig config) {
    return BroadcastRecordSerializer.INSTANCE;
  }

  @Override
  public String toString() {
    return "BroadcastRecord";
  }

  @Override
  public boolean equals(Object other) {
    return canEqual(other);
  }

  @Override
  public int hashCode() {
    return BroadcastRecordTypeInfo.class.hashCode();
  }

  @Override
  public boolean canEqual(Object other) {
    return other instanceof BroadcastRecordTypeInfo;
  }
}
