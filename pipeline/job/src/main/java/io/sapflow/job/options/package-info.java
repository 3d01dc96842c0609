/**
 * Every option of a job, a class for each part of it. A declaration holds all that there is to know
 * of an option; the check of its values, the list in the help and docs/configuration.md are made
 * from it.
 */
package io.sapflow.job.options;
