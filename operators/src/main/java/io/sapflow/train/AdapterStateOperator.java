package io.sapflow.train;

import io.sapflow.adapter.VersionRetention;
import io.sapflow.model.AdapterState;
import io.sapflow.schema.ModelBook;
import io.sapflow.schema.RollbackBook;
import io.sapflow.schema.StateCodec;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.StateDescriptor;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.PrimitiveArrayTypeInfo;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.common.typeutils.base.IntSerializer;
import org.apache.flink.api.common.typeutils.base.LongSerializer;
import org.apache.flink.api.common.typeutils.base.array.BytePrimitiveArraySerializer;
import org.apache.flink.configuration.CheckpointingOptions;
import org.apache.flink.runtime.checkpoint.CheckpointOptions;
import org.apache.flink.runtime.checkpoint.SavepointType;
import org.apache.flink.runtime.execution.Environment;
import org.apache.flink.runtime.execution.SuppressRestartsException;
import org.apache.flink.runtime.state.CheckpointStreamFactory;
import org.apache.flink.runtime.state.StateInitializationContext;
import org.apache.flink.runtime.state.StateSnapshotContext;
import org.apache.flink.runtime.state.VoidNamespace;
import org.apache.flink.runtime.state.heap.HeapKeyedStateBackend;
import org.apache.flink.streaming.api.operators.OperatorSnapshotFutures;

/**
 * An operator whose keys are adapters: used ones live in native memory, all are in keyed state.
 *
 * <p>Live adapters are copied into state at the barrier. Broadcast state says which model they are
 * made for; a job that is started with another one fails once and for good.
 */
abstract class AdapterStateOperator<OUT> extends CompactedTopicOperator<OUT> {

  private static final long serialVersionUID = 1;

  private static final MapStateDescriptor<Integer, TensorBlock> BLOCKS =
      new MapStateDescriptor<>("adapter", IntSerializer.INSTANCE, TensorBlockSerializer.INSTANCE);

  private static final MapStateDescriptor<String, byte[]> MODEL =
      new MapStateDescriptor<>(
          "model", Types.STRING, PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final ValueStateDescriptor<byte[]> ROLLBACKS =
      new ValueStateDescriptor<>(
          "rollbacks", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final MapStateDescriptor<Long, byte[]> WAITING =
      new MapStateDescriptor<>(
          "waiting-examples", LongSerializer.INSTANCE, BytePrimitiveArraySerializer.INSTANCE);

  private static final ValueStateDescriptor<byte[]> HOLD =
      new ValueStateDescriptor<>("hold", PrimitiveArrayTypeInfo.BYTE_PRIMITIVE_ARRAY_TYPE_INFO);

  private static final String MODEL_KEY = "model";
  private static final int UNCOUNTED = -1;

  private transient OptionalLong restoredCheckpoint;
  private transient MapState<Integer, TensorBlock> blocks;
  private transient BroadcastState<String, byte[]> model;
  private transient BlockPool pool;
  private transient AdapterImage image;
  private transient AdapterTrainer.Shared shared;
  private transient TrainMetrics metrics;
  private transient LiveAdapters<AdapterTrainer> live;
  private transient int adapterCount;
  private transient Set<String> admitted;
  private transient WaitingExamples waiting;
  private transient ValueState<byte[]> rollbacks;
  private transient ValueState<byte[]> hold;
  private transient VersionExpiry expiry;
  private transient boolean savepoint;
  private transient boolean stops;

  AdapterStateOperator(String recordsName, String offsetsName, Map<Integer, Long> awaited) {
    super(recordsName, offsetsName, awaited);
  }

  @Override
  public void initializeState(StateInitializationContext context) throws Exception {
    super.initializeState(context);
    blocks = context.getKeyedStateStore().getMapState(BLOCKS);
    model = context.getOperatorStateStore().getBroadcastState(MODEL);
    rollbacks = context.getKeyedStateStore().getState(ROLLBACKS);
    hold = context.getKeyedStateStore().getState(HOLD);
    restoredCheckpoint = context.getRestoredCheckpointId();
    pool = new BlockPool();
    waiting =
        new WaitingExamples(new RowsInState(context.getKeyedStateStore().getMapState(WAITING)));
  }

  /** Whether the job goes on from a checkpoint or savepoint. */
  final boolean restored() {
    return restoredCheckpoint.isPresent();
  }

  /**
   * Makes adapters usable.
   *
   * @param retention of their versions
   * @throws SuppressRestartsException if saved ones are made for another model
   */
  final void openAdapters(
      AdapterTrainer.Shared opened, VersionRetention retention, TrainMetrics told)
      throws Exception {
    shared = opened;
    metrics = told;
    expiry =
        new VersionExpiry(
            retention,
            new RetainedCheckpoints(mostRetained()),
            restoredCheckpoint.orElse(0),
            new HistoriesInState());
    adapterCount = UNCOUNTED;
    admitted = new TreeSet<>();
    image = new AdapterImage(pool);
    LiveLimits limits = shared.options().live();
    live =
        new LiveAdapters<>(
            limits.most(AdapterState.bytes(shared.kernel())),
            limits.idle().toMillis(),
            () -> getProcessingTimeService().getCurrentProcessingTime(),
            limits.heapBytes(),
            AdapterTrainer::heapBytes,
            new InState());
    StateCodec<ModelBook> codec = StateCodec.of(ModelBook.class);
    ModelBook present = ModelFit.of(shared.kernel(), shared.baseModel());
    byte[] saved = model.get(MODEL_KEY);
    if (saved != null) {
      try {
        ModelFit.check(codec.decode(saved), present);
      } catch (UnfitStateException e) {
        throw new SuppressRestartsException(e);
      }
    } else if (restored()) {
      // State from before the model was saved with it: the lengths of an adapter's blocks must do.
      for (String adapterId : savedIds(BLOCKS, 1)) {
        adapter(adapterId);
      }
    }
    model.put(MODEL_KEY, codec.encode(present));
    for (String adapterId : savedIds(WAITING, Long.MAX_VALUE)) {
      waiting.restore(adapterId);
      if (!isMade(adapterId)) {
        admitted.add(adapterId);
      }
    }
  }

  /** An adapter, as it was saved or fresh; it may be used until another one is asked for. */
  final AdapterTrainer adapter(String adapterId) throws Exception {
    return live.use(adapterId);
  }

  /** Whether an adapter that is in use waits for a person. */
  final boolean isPaused(String adapterId) {
    return live.find(adapterId).map(AdapterTrainer::isPaused).orElse(false);
  }

  /** Whether there is such an adapter among this subtask's keys, made or admitted. */
  final boolean hasAdapter(String adapterId) throws Exception {
    return admitted.contains(adapterId) || isMade(adapterId);
  }

  private boolean isMade(String adapterId) throws Exception {
    setCurrentKey(adapterId);
    return live.contains(adapterId) || blocks.contains(AdapterImage.FIRST_BOOK_BLOCK);
  }

  /** Whether an adapter was admitted, and is made when it is used first. */
  final boolean isAdmitted(String adapterId) {
    return admitted.contains(adapterId);
  }

  /**
   * Admits an adapter, where there is room for it or it is there.
   *
   * @param most adapters among this subtask's keys
   */
  final boolean admit(String adapterId, int most) throws Exception {
    if (hasAdapter(adapterId)) {
      return true;
    }
    if (adapterCount() >= most) {
      return false;
    }
    admitted.add(adapterId);
    adapterCount++;
    return true;
  }

  /** How many adapters are among this subtask's keys, made or admitted; counts them once. */
  private int adapterCount() {
    if (adapterCount == UNCOUNTED) {
      adapterCount = ids().size();
    }
    return adapterCount;
  }

  /** Examples that their adapters have not had yet. */
  final WaitingExamples waiting() {
    return waiting;
  }

  /** Word of rollbacks to come. */
  final Holds.Rows holdRows() {
    return new HoldsInState();
  }

  private TreeSet<String> ids() {
    TreeSet<String> ids = madeIds();
    ids.addAll(admitted);
    return ids;
  }

  private TreeSet<String> madeIds() {
    TreeSet<String> ids = new TreeSet<>(live.ids());
    ids.addAll(savedIds(BLOCKS, Long.MAX_VALUE));
    return ids;
  }

  /** What to do with each adapter. */
  interface Action {
    void run(String adapterId, AdapterTrainer trainer) throws Exception;
  }

  /** One by one, in the order of their ids; those that were admitted are made. */
  final void forEachAdapter(Action action) throws Exception {
    forEach(ids(), action);
  }

  /** The same without those that were only admitted. */
  final void forEachMade(Action action) throws Exception {
    forEach(madeIds(), action);
  }

  private void forEach(TreeSet<String> ids, Action action) throws Exception {
    for (String id : ids) {
      action.run(id, adapter(id));
    }
  }

  /** The adapters of which a state holds something. */
  private List<String> savedIds(StateDescriptor<?, ?> state, long most) {
    try (Stream<?> keys = getKeyedStateBackend().getKeys(state.getName(), VoidNamespace.INSTANCE)) {
      return keys.map(String.class::cast).distinct().limit(most).toList();
    }
  }

  /** As many checkpoints as the job or the cluster retains: the job's main class may not know. */
  private int mostRetained() {
    Environment environment = getContainingTask().getEnvironment();
    return Math.max(
        environment.getJobConfiguration().get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS),
        environment
            .getTaskManagerInfo()
            .getConfiguration()
            .get(CheckpointingOptions.MAX_RETAINED_CHECKPOINTS));
  }

  @Override
  public OperatorSnapshotFutures snapshotState(
      long checkpointId, long timestamp, CheckpointOptions options, CheckpointStreamFactory factory)
      throws Exception {
    savepoint = options.getCheckpointType().isSavepoint();
    stops =
        options.getCheckpointType() instanceof SavepointType type
            && type.isSynchronous()
            && !type.shouldDrain();
    return super.snapshotState(checkpointId, timestamp, options, factory);
  }

  @Override
  public void snapshotState(StateSnapshotContext context) throws Exception {
    if (savepoint) {
      // Of adapters from before there were histories, one is made when they are loaded.
      for (String id : madeIds()) {
        if (expiry.knowsNothingOf(id)) {
          adapter(id);
        }
      }
    }
    live.saveAll();
    expiry.snapshot(context.getCheckpointId());
    if (savepoint) {
      expiry.savepoint(context.getCheckpointId(), pin(context.getCheckpointId()), madeIds());
    }
    pool.snapshotBegins(context.getCheckpointId());
    super.snapshotState(context);
  }

  /** Whether the job stops with the savepoint that was taken last: nothing is done after it. */
  final boolean stops() {
    return stops;
  }

  /** What a savepoint's pin is called: no other one has the name, and people know whose it is. */
  private String pin(long savepointId) {
    return getRuntimeContext().getJobInfo().getJobId()
        + "-"
        + savepointId
        + "-"
        + getRuntimeContext().getTaskInfo().getIndexOfThisSubtask();
  }

  @Override
  public void notifyCheckpointComplete(long checkpointId) throws Exception {
    super.notifyCheckpointComplete(checkpointId);
    pool.snapshotCompleted(checkpointId);
    expiry.completed(checkpointId);
  }

  @Override
  public void notifyCheckpointAborted(long checkpointId) throws Exception {
    super.notifyCheckpointAborted(checkpointId);
    stops = false;
    pool.snapshotAborted(checkpointId);
    expiry.aborted(checkpointId, pin(checkpointId));
  }

  /** Tolerates a half-opened operator. */
  @Override
  public void close() throws Exception {
    if (live != null) {
      live.close();
    }
    super.close();
  }

  /** Adapters in keyed state, each under its key. */
  private final class InState implements LiveAdapters.Saved<AdapterTrainer> {

    @Override
    public AdapterTrainer load(String adapterId) throws Exception {
      Room room =
          new Room(
              new Blocks(adapterId), () -> shared.options().held().rollbackKeepOf(adapterCount()));
      try {
        AdapterTrainer trainer = image.read(shared, adapterId, room);
        if (trainer == null) {
          trainer = AdapterTrainer.fresh(shared, adapterId, room);
          admitted.remove(adapterId);
        } else {
          expiry.loaded(adapterId, trainer.step(), trainer.rollbackTargets());
        }
        metrics.loaded(adapterId, trainer.isPaused());
        return trainer;
      } catch (UnfitStateException e) {
        throw new SuppressRestartsException(e);
      }
    }

    @Override
    public void save(String adapterId, AdapterTrainer trainer) throws Exception {
      image.write(trainer, new Blocks(adapterId));
      expiry.saved(adapterId, trainer.step(), trainer.rollbackTargets());
    }

    @Override
    public void left(String adapterId) {
      metrics.evicted();
    }
  }

  /** The blocks of one adapter, whichever key is current. */
  private final class Blocks implements AdapterImage.Blocks {
    private final String adapterId;

    Blocks(String adapterId) {
      this.adapterId = adapterId;
    }

    @Override
    public TensorBlock get(int number) throws Exception {
      setCurrentKey(adapterId);
      return blocks.get(number);
    }

    /** RocksDB keeps the block's bytes, the heap the block itself; of others nothing is known. */
    @Override
    public TensorBlock put(int number, TensorBlock block) throws Exception {
      setCurrentKey(adapterId);
      boolean onHeap = getKeyedStateBackend() instanceof HeapKeyedStateBackend;
      TensorBlock before = onHeap ? blocks.get(number) : null;
      blocks.put(number, block);
      return getKeyedStateBackend().isSafeToReuseKVState() ? block : before;
    }

    @Override
    public void remove(int number) throws Exception {
      setCurrentKey(adapterId);
      blocks.remove(number);
    }
  }

  /** Rows in keyed state, each under its adapter's key. */
  private final class RowsInState implements WaitingExamples.Rows {

    private final MapState<Long, byte[]> rows;

    RowsInState(MapState<Long, byte[]> rows) {
      this.rows = rows;
    }

    @Override
    public Iterable<Map.Entry<Long, byte[]>> all(String adapterId) throws Exception {
      setCurrentKey(adapterId);
      return rows.entries();
    }

    @Override
    public void put(String adapterId, long number, byte[] row) throws Exception {
      setCurrentKey(adapterId);
      rows.put(number, row);
    }

    @Override
    public byte[] take(String adapterId, long number) throws Exception {
      setCurrentKey(adapterId);
      byte[] row = rows.get(number);
      rows.remove(number);
      return row;
    }
  }

  /** Holds in keyed state, each under its adapter's key. */
  private final class HoldsInState implements Holds.Rows {

    @Override
    public Iterable<String> adapterIds() {
      return savedIds(HOLD, Long.MAX_VALUE);
    }

    @Override
    public byte[] get(String adapterId) throws Exception {
      setCurrentKey(adapterId);
      return hold.value();
    }

    @Override
    public void put(String adapterId, byte[] row) throws Exception {
      setCurrentKey(adapterId);
      hold.update(row);
    }

    @Override
    public void remove(String adapterId) {
      setCurrentKey(adapterId);
      hold.clear();
    }
  }

  /** Histories in keyed state, each under its adapter's key. */
  private final class HistoriesInState implements VersionExpiry.Histories {

    private final StateCodec<RollbackBook> codec = StateCodec.of(RollbackBook.class);

    @Override
    public RollbackHistory get(String adapterId) throws Exception {
      setCurrentKey(adapterId);
      byte[] saved = rollbacks.value();
      return saved == null ? RollbackHistory.NONE : RollbackHistory.of(codec.decode(saved));
    }

    @Override
    public void put(String adapterId, RollbackHistory history) throws Exception {
      setCurrentKey(adapterId);
      rollbacks.update(codec.encode(history.toBook()));
    }
  }
}
