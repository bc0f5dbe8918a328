package io.greenlang.metrics.collectors.internal.cluster;

import io.greenlang.metrics.Channel;
import io.greenlang.metrics.MetricDescription;
import io.greenlang.metrics.collectors.internal.support.DescriptionTable;
import java.util.List;

/** The units and descriptions of the metrics of instances and queues. */
final class ClusterDescriptions {

  /** The metrics of the cluster, without those of the broker, which describes them itself. */
  static final List<MetricDescription> CLUSTER =
      DescriptionTable.parse(
          Channel.DISTRIBUTED,
          """
          nodes.active {instance} Instances that were recently active
          nodes.total {instance} Instances that are known
          tasks.pending {task} Tasks that wait in all queues
          tasks.running {task} Tasks that run in all queues
          tasks.completed {task} Tasks of all queues that were completed
          tasks.failed {task} Tasks of all queues that failed
          throughput {task}/s Tasks of all queues completed per second
          queues.total {queue} Task queues
          queues.answering {queue} Task queues that answer
          """);

  /** The metrics of one queue. */
  static final List<MetricDescription> QUEUE =
      DescriptionTable.parse(
          Channel.DISTRIBUTED,
          """
          queue.tasks.pending {task} Tasks that wait in a queue
          queue.tasks.running {task} Tasks of a queue that run
          queue.tasks.completed {task} Tasks of a queue that were completed
          queue.tasks.failed {task} Tasks of a queue that failed
          queue.throughput {task}/s Tasks of a queue completed per second
          """);

  private ClusterDescriptions() {}
}
