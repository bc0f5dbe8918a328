/** Seeded random inputs. */
@NullMarked
package io.greenlang.metrics.testkit.random;

import org.jspecify.annotations.NullMarked;
