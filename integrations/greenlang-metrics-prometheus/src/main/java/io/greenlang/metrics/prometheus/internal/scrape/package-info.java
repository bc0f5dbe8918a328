/** The scraping of a target: the request, and the series of its answers. */
@NullMarked
package io.greenlang.metrics.prometheus.internal.scrape;

import org.jspecify.annotations.NullMarked;
