package io.greenlang.metrics.internal.history;

/**
 * A codec for successive samples of a series. The samples of a regular collector differ only in
 * their value and a few milliseconds. Everything but the value is therefore coded as a delta of
 * deltas, which takes four bits.
 */
final class GorillaSampleCodec {

  private long sequence;
  private long sequenceStep;
  private int index;
  private long time;
  private long timeStep;

  /** The difference between the time that determines the window and the timestamp. */
  private long shift;

  private final XorDoubleCodec values = new XorDoubleCodec();

  void write(
      long nextSequence,
      int nextIndex,
      long timeMillis,
      long foldMillis,
      double value,
      BitBuffer output) {
    long nextStep = nextSequence - sequence;
    DeltaCodec.write(nextStep - sequenceStep, output);
    sequence = nextSequence;
    sequenceStep = nextStep;

    DeltaCodec.write((long) nextIndex - index, output);
    index = nextIndex;

    long nextTimeStep = timeMillis - time;
    DeltaCodec.write(nextTimeStep - timeStep, output);
    time = timeMillis;
    timeStep = nextTimeStep;

    long nextShift = foldMillis - timeMillis;
    DeltaCodec.write(nextShift - shift, output);
    shift = nextShift;

    values.write(value, output);
  }

  Sample read(BitReader input) {
    sequenceStep += DeltaCodec.read(input);
    sequence += sequenceStep;
    index += (int) DeltaCodec.read(input);
    timeStep += DeltaCodec.read(input);
    time += timeStep;
    shift += DeltaCodec.read(input);
    return new Sample(sequence, index, time, time + shift, values.read(input));
  }
}
