/**
 * What a job needs from outside, looked at before it starts: brokers, topics, directories, model,
 * device, safety sets and servers, one {@link io.sapflow.job.check.Check} for each.
 *
 * <p>In: a job's settings, and whatever they name. Out: findings. State kept: none.
 */
package io.sapflow.job.check;
