package io.greenlang.metrics.internal.history.codec;

/**
 * A codec for successive samples of a series. The samples of a regular collector differ only in
 * their value and a few milliseconds. Everything but the value is therefore coded as a delta of
 * deltas, which takes four bits.
 */
public final class GorillaSampleCodec {

  /** The maximum number of bits of a sample. */
  static final int MAX_BITS = 4 * DeltaCodec.MAX_BITS + XorDoubleCodec.MAX_BITS;

  private long publicationId;
  private long idStep;
  private int index;
  private long time;
  private long timeStep;

  /** The difference between the time that determines the window and the timestamp. */
  private long shift;

  private final XorDoubleCodec values = new XorDoubleCodec();

  /** Writes the next sample. If there is no memory for it, nothing has changed. */
  public void write(
      long nextPublicationId,
      int nextIndex,
      long timeMillis,
      long foldMillis,
      double value,
      BitBuffer output) {
    output.reserve(MAX_BITS);
    long nextStep = nextPublicationId - publicationId;
    DeltaCodec.write(nextStep - idStep, output);
    publicationId = nextPublicationId;
    idStep = nextStep;

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

  /** Reads the next sample and returns its value; the accessors return its other parts. */
  public double readNext(BitBuffer.Reader input) {
    idStep += DeltaCodec.read(input);
    publicationId += idStep;
    index += (int) DeltaCodec.read(input);
    timeStep += DeltaCodec.read(input);
    time += timeStep;
    shift += DeltaCodec.read(input);
    return values.read(input);
  }

  /** Returns the id of the publication of the last sample. */
  public long publicationId() {
    return publicationId;
  }

  /** Returns the position of the last sample within its publication. */
  public int index() {
    return index;
  }

  /** Returns the timestamp of the last sample, in epoch milliseconds. */
  public long timeMillis() {
    return time;
  }

  /** Returns the time that determines the window of the last sample, in epoch milliseconds. */
  public long windowTimeMillis() {
    return time + shift;
  }
}
