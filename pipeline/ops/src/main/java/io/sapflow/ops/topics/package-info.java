/**
 * What people do with a job's topics: make them, send to them, follow them, and ask what stands on
 * them.
 *
 * <p>In: files and arguments; committed records. Out: records, and lines for people, in which no
 * text of an example, a prompt or an answer stands. State: none.
 */
package io.sapflow.ops.topics;
