/**
 * Who may call Flink's REST interface, and what for: a page in a browser of the same machine may
 * not, and nobody hands over a job without the secret.
 */
package io.sapflow.guard;
