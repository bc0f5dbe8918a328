package io.greenlang.metrics.history;

/**
 * Successive samples of a series. What a collector publishes every second differs from the sample
 * before in nothing but its value and a few milliseconds, so all the rest is coded as a difference
 * of differences: four bits and the value.
 */
final class SampleCode {

  private long sequence;
  private long sequenceStep;
  private int index;
  private long time;
  private long timeStep;

  /** By how much the time in windows differs from the own one. */
  private long shift;

  private final ValueCode values = new ValueCode();

  void write(
      long nextSequence,
      int nextIndex,
      long timeMillis,
      long foldMillis,
      double value,
      BitBuffer out) {
    long nextStep = nextSequence - sequence;
    IntegerCode.write(nextStep - sequenceStep, out);
    sequence = nextSequence;
    sequenceStep = nextStep;

    IntegerCode.write((long) nextIndex - index, out);
    index = nextIndex;

    long nextTimeStep = timeMillis - time;
    IntegerCode.write(nextTimeStep - timeStep, out);
    time = timeMillis;
    timeStep = nextTimeStep;

    long nextShift = foldMillis - timeMillis;
    IntegerCode.write(nextShift - shift, out);
    shift = nextShift;

    values.write(value, out);
  }

  Sample read(BitReader in) {
    sequenceStep += IntegerCode.read(in);
    sequence += sequenceStep;
    index += (int) IntegerCode.read(in);
    timeStep += IntegerCode.read(in);
    time += timeStep;
    shift += IntegerCode.read(in);
    return new Sample(sequence, index, time, time + shift, values.read(in));
  }
}
