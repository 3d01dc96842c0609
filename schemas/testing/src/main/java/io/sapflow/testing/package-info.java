/** What tests of every module share. It depends on nothing, and nothing but tests depends on it. */
package io.sapflow.testing;
