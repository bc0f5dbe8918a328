package io.greenlang.metrics.examples.jvm;

/**
 * The attributes that {@link Kitchen} offers over JMX, as libraries do: no code of this project.
 */
public interface KitchenMBean {

  /** Returns the number of orders that wait for a cook. */
  int getOpenOrders();

  /** Returns the number of orders served since the start. */
  long getServedOrders();
}
