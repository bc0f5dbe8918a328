const bufferedMetrics = service.getBufferedMetrics();
