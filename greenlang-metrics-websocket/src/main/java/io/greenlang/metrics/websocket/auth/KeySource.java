package io.greenlang.metrics.websocket.auth;

import io.greenlang.metrics.websocket.internal.fetch.RefreshedValue;
import org.jspecify.annotations.Nullable;

/** The place from which the keys of one party come. No method waits. Thread-safe. */
interface KeySource {

  /**
   * Returns the current keys.
   *
   * @throws io.greenlang.metrics.websocket.internal.fetch.PendingException if they are not known
   */
  KeySet current();

  /**
   * Returns keys that are newer than the given ones, in which a token's key is missing.
   *
   * @return null if there are none
   * @throws io.greenlang.metrics.websocket.internal.fetch.PendingException if there may be some,
   *     which are being read or cannot be read now
   */
  @Nullable KeySet newerThan(KeySet keys);

  /** Returns a source of keys that do not change. */
  static KeySource fixed(KeySet keys) {
    return new KeySource() {
      @Override
      public KeySet current() {
        return keys;
      }

      @Override
      public @Nullable KeySet newerThan(KeySet other) {
        return null;
      }
    };
  }

  /** Returns a source of keys that are read from elsewhere. */
  static KeySource refreshed(RefreshedValue<KeySet> keys) {
    return new KeySource() {
      @Override
      public KeySet current() {
        return keys.get();
      }

      @Override
      public @Nullable KeySet newerThan(KeySet other) {
        return keys.newerThan(other);
      }
    };
  }
}
