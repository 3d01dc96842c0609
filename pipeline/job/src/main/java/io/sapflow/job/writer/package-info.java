/**
 * One writer for each store and for the topics of a broker: an entry says which job that is, and
 * whoever meets a newer one than its own ends for good.
 *
 * <p>In: a job's name, the line of its starts and one submission of it. Out: leases. State kept: an
 * entry for each generation of writers in the store, one on the broker. No clock decides who is
 * right; one decides only when a writer that says nothing any more may be replaced.
 */
package io.sapflow.job.writer;
