/**
 * Safety pairs and probe prompts as they stand on their topics, and what keeps them apart.
 *
 * <p>In: the safety-pairs and probe-prompts topics. Out: records, lines. State kept: none.
 */
package io.sapflow.job.sets;
