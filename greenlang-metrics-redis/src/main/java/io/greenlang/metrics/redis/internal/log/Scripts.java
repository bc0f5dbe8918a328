package io.greenlang.metrics.redis.internal.log;

import io.greenlang.metrics.redis.internal.connection.Script;

/**
 * The Lua scripts, each of which Redis runs atomically. All keys of a call belong to one channel,
 * so that the scripts also run in a cluster.
 *
 * <p>{@code meta} is a hash: {@code e} is the epoch, {@code n} the offset of the last publication,
 * {@code t} when it was logged, {@code m} and {@code b} the total number of metrics and bytes
 * logged. The log is a stream with ids {@code t-n}. Both parts grow, so an id contains the offset
 * and the log can be trimmed by time.
 *
 * <p>An epoch is only a name. When the log has lost its tail, another epoch begins. Offsets
 * continue from the remaining entries, which stay readable.
 */
public final class Scripts {

  /** The first word of a message on the bus. */
  static final String BUS_VERSION = "G1";

  /**
   * Rejects numbers that a script cannot continue: Lua's numbers are doubles, so adding 1 has no
   * effect from 2^53 on, and comparisons with NaN are false.
   */
  private static final String COUNTS =
      """
      local function exact(x)
        local number = tonumber(x)
        local inRange = number and number >= 0 and number < 9007199254740992
        return inRange and number == math.floor(number) and number or nil
      end
      """;

  private static final String READ_META =
      COUNTS
          + """
      local meta = redis.call('HMGET', KEYS[2], 'e', 'n', 't', 'm', 'b')
      local time = redis.call('TIME')
      local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
      local epoch, n, t = meta[1], exact(meta[2]), exact(meta[3])
      local m, b = exact(meta[4]), exact(meta[5])
      if epoch and not (n and t and m and b) then
        return redis.error_reply('FOREIGNDATA ' .. KEYS[2] .. ' is not ours')
      end
      local function int(x) return string.format('%.0f', x) end
      if not epoch then
        if redis.call('TYPE', KEYS[2]).ok ~= 'none' then
          return redis.error_reply('FOREIGNDATA ' .. KEYS[2] .. ' is not ours')
        end
        epoch, n, t, m, b = ARGV[1], 0, now, 0, 0
        local kind = redis.call('TYPE', KEYS[1]).ok
        if kind ~= 'none' then
          local last = kind == 'stream' and redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
          local of = last and last[2] or {}
          local millis, offset = string.match(last and last[1] or '', '(%d+)-(%d+)')
          t, n, m, b = exact(millis), exact(offset), exact(of[8]), exact(of[10])
          if of[1] ~= 'o' or of[13] ~= 'p' or not (t and n and m and b and exact(of[6])) then
            return redis.error_reply('FOREIGNDATA ' .. KEYS[1] .. ' is not ours')
          end
          m, b = m + of[6], b + #of[14] + 64
        end
        redis.call('HSET', KEYS[2], 'e', epoch, 'n', int(n), 't', int(t), 'm', int(m), 'b', int(b))
      end
      """;

  /**
   * Creates a log if there is none, and starts another epoch if the current one is the epoch that
   * has lost its tail.
   *
   * <p>Keys: log, meta. Arguments: the epoch to begin, the epoch that is over (or nothing). Returns
   * epoch, offset, millis, metrics, and the current time.
   */
  static final Script BEGIN =
      new Script(
          READ_META
              + """
              if epoch == ARGV[2] then
                epoch = ARGV[1]
                redis.call('HSET', KEYS[2], 'e', epoch)
              end
              return {epoch, int(n), int(t), int(m), int(now)}
              """);

  /**
   * Logs publications of one channel, and broadcasts them. It skips publications that the log
   * already has, because an earlier call succeeded and its reply was lost.
   *
   * <p>Keys: log, meta, the publisher's sequence, the topic. Arguments: the epoch to begin if
   * needed, the epoch and offset up to which the caller has read the log, the retention in
   * milliseconds and in bytes, PUBLISH or SPUBLISH, the publisher. For each publication follow its
   * sequence, the number of its metrics, and its payload. Returns the epoch and the last offset.
   *
   * <p>The script trims by number of entries, which it estimates now and then from their average
   * size. It builds the message in one go, because Redis' Lua hashes every byte of each string it
   * creates: with a string for each publication that was an eighth to a quarter of Redis' time.
   */
  public static final Script LOG =
      new Script(
          READ_META
              + """
              if epoch == ARGV[2] and tonumber(ARGV[3]) > n then
                epoch = ARGV[1]
                redis.call('HSET', KEYS[2], 'e', epoch)
              end
              local logged = exact(redis.call('GET', KEYS[3]) or '0')
              if not logged then
                return redis.error_reply('FOREIGNDATA ' .. KEYS[3] .. ' is not ours')
              end
              local previous, first, before = t, n + 1, m
              t = math.max(t, now)
              local millis, count, pieces = int(t), 0, {''}
              for i = 8, #ARGV, 3 do
                local sequence, held, payload = tonumber(ARGV[i]), tonumber(ARGV[i + 1]), ARGV[i + 2]
                if sequence > logged then
                  n = n + 1
                  redis.call('XADD', KEYS[1], millis .. '-' .. int(n), 'o', ARGV[7], 's', ARGV[i],
                      'c', ARGV[i + 1], 'm', int(m), 'b', int(b),
                      'q', count == 0 and int(previous) or millis, 'p', payload)
                  m = m + held
                  b = b + #payload + 64
                  logged = sequence
                  count = count + 1
                  pieces[2 * count] = ARGV[i] .. ' ' .. ARGV[i + 1] .. ' ' .. #payload .. '\\n'
                  pieces[2 * count + 1] = payload
                end
              end
              if count > 0 then
                redis.call('HSET', KEYS[2], 'n', int(n), 't', millis, 'm', int(m), 'b', int(b))
                redis.call('SET', KEYS[3], int(logged), 'EX', 86400)
                pieces[1] = 'G1 ' .. epoch .. ' ' .. int(previous) .. ' ' .. millis .. ' '
                    .. int(first) .. ' ' .. int(before) .. ' ' .. ARGV[7] .. ' ' .. count .. '\\n'
                redis.call(ARGV[6], KEYS[4], table.concat(pieces))
                local keep = tonumber(ARGV[4])
                redis.call('XTRIM', KEYS[1], 'MINID', '~', int(math.max(0, t - keep)))
                redis.call('PEXPIRE', KEYS[1], int(keep + 60000))
                if math.floor(n / 64) ~= math.floor((first - 1) / 64) then
                  local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
                  local held = oldest and (b - (exact(oldest[2][10]) or b)) or 0
                  local most = tonumber(ARGV[5])
                  if held > most then
                    local length = redis.call('XLEN', KEYS[1])
                    redis.call('XTRIM', KEYS[1], 'MAXLEN', '~', int(length * most / held * 0.95))
                  end
                end
              end
              return {epoch, int(n)}
              """);

  /**
   * Stores a window, unless it or a later one is there. Key: the windows. Arguments: the window's
   * start, the window, the start of the oldest window to keep, the expiry in milliseconds after the
   * last window, and the limit in bytes. Each entry holds the sum of all sizes up to it, {@code b}.
   */
  public static final Script STORE_WINDOW =
      new Script(
          COUNTS
              + """
          local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
          local sum = #ARGV[2] + 64
          if last then
            if last[2][1] ~= 'd' then
              return redis.error_reply('FOREIGNDATA ' .. KEYS[1] .. ' is not ours')
            end
            if tonumber(string.match(last[1], '^%d+')) >= tonumber(ARGV[1]) then
              return 0
            end
            sum = sum + (exact(last[2][4]) or 0)
          end
          redis.call('XADD', KEYS[1], 'MINID', '~', ARGV[3], ARGV[1] .. '-0', 'd', ARGV[2],
              'b', string.format('%.0f', sum))
          redis.call('PEXPIRE', KEYS[1], ARGV[4])
          local length, most, held = redis.call('XLEN', KEYS[1]), tonumber(ARGV[5])
          repeat
            local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
            held = sum - (exact(oldest[2][4]) or sum)
            if held > most then -- by their average, which need not be that of the oldest
              length = math.min(length - 1, math.floor(length * most / held))
              redis.call('XTRIM', KEYS[1], 'MAXLEN', length)
            end
          until held <= most
          return 1
          """);

  private Scripts() {}
}
