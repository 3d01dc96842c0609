package io.sapflow.local.stack;

/**
 * How many checkpoints of a job there have been.
 *
 * @param inProgress being taken now
 * @param completed since the job was submitted
 */
public record CheckpointCounts(int inProgress, long completed) {}
