package io.sapflow.job.writer;

import java.io.Serializable;

/**
 * Who wants to write.
 *
 * @param job name of the job
 * @param line what a start and all that go on from its checkpoints have in common, and no other has
 * @param submission one handing over of the job, which its restarts by Flink have in common
 */
public record Writer(String job, String line, String submission) implements Serializable {}
