/**
 * A job started, fed, followed and ended on this machine, with real parts.
 *
 * <p>In: files or generated examples. Out: an adapter directory and a summary.
 */
package io.sapflow.local.run;
