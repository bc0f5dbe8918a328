package io.greenlang.metrics.redis;

/**
 * What Redis does in one step. Each script is handed its keys, all of one channel, so that it runs
 * in a cluster, too.
 *
 * <p>{@code meta} is a hash: {@code e} is the epoch, {@code n} the last publication's offset,
 * {@code t} when it was logged, {@code m} and {@code b} how many metrics and bytes were logged in
 * all. The log is a stream with ids {@code t-n}: both parts grow, so an id names the offset and can
 * be trimmed by time. An epoch is only a name: when the log has lost its end, another one begins,
 * and offsets go on from what is left, so what is left stays readable.
 */
final class Scripts {

  /** The first word of a message on the bus. */
  static final String BUS_VERSION = "G1";

  private static final String READ_META =
      """
      local meta = redis.call('HMGET', KEYS[2], 'e', 'n', 't', 'm', 'b')
      local time = redis.call('TIME')
      local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
      local epoch, n, t = meta[1], tonumber(meta[2]), tonumber(meta[3])
      local m, b = tonumber(meta[4]), tonumber(meta[5])
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
          m, b = tonumber(of[8]), tonumber(of[10])
          if of[1] ~= 'o' or of[13] ~= 'p' or not (m and b and tonumber(of[6])) then
            return redis.error_reply('FOREIGNDATA ' .. KEYS[1] .. ' is not ours')
          end
          local millis, offset = string.match(last[1], '(%d+)-(%d+)')
          t, n, m, b = tonumber(millis), tonumber(offset), m + of[6], b + #of[14] + 64
        end
        redis.call('HSET', KEYS[2], 'e', epoch, 'n', int(n), 't', int(t), 'm', int(m), 'b', int(b))
      end
      """;

  /**
   * Begins a log if there is none, and another epoch if it is still the one that has lost its end.
   *
   * <p>Keys: log, meta. Arguments: the epoch to begin, the epoch that is over (or nothing). Answers
   * epoch, offset, millis, metrics, and the time now.
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
   * Logs publications of one channel, and tells everybody. What the log has already, because an
   * earlier call got through and its answer did not, is left out.
   *
   * <p>Keys: log, meta, the node's sequence, the topic. Arguments: the epoch to begin if one must
   * begin, the epoch and offset up to which the caller has seen the log, for how many milliseconds
   * it is kept, in how many bytes, PUBLISH or SPUBLISH, the node; then of each publication its
   * sequence, how many metrics it has, and its payload. Answers the epoch and the last offset.
   *
   * <p>How many entries make so many bytes is estimated now and then by their average. The message
   * is put together in one go, because Redis' Lua hashes each string that is made, all of its
   * bytes: with a string for each publication that was an eighth to a quarter of Redis' time.
   */
  static final Script LOG =
      new Script(
          READ_META
              + """
              if epoch == ARGV[2] and tonumber(ARGV[3]) > n then
                epoch = ARGV[1]
                redis.call('HSET', KEYS[2], 'e', epoch)
              end
              local logged = tonumber(redis.call('GET', KEYS[3]) or '0') or 0
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
                  local held = oldest and (b - (tonumber(oldest[2][10]) or b)) or 0
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
   * Keeps a window, unless it or a later one is there. Key: the windows. Arguments: the window's
   * start, the window, the start of the oldest to keep, for how many milliseconds they are kept
   * when none comes any more, and in how many bytes. Each entry has the sum of all up to it, {@code
   * b}.
   */
  static final Script KEEP =
      new Script(
          """
          local last = redis.call('XREVRANGE', KEYS[1], '+', '-', 'COUNT', 1)[1]
          local sum = #ARGV[2] + 64
          if last then
            if last[2][1] ~= 'd' then
              return redis.error_reply('FOREIGNDATA ' .. KEYS[1] .. ' is not ours')
            end
            if tonumber(string.match(last[1], '^%d+')) >= tonumber(ARGV[1]) then
              return 0
            end
            sum = sum + (tonumber(last[2][4]) or 0)
          end
          redis.call('XADD', KEYS[1], 'MINID', '~', ARGV[3], ARGV[1] .. '-0', 'd', ARGV[2],
              'b', string.format('%.0f', sum))
          redis.call('PEXPIRE', KEYS[1], ARGV[4])
          local length, most, held = redis.call('XLEN', KEYS[1]), tonumber(ARGV[5])
          repeat
            local oldest = redis.call('XRANGE', KEYS[1], '-', '+', 'COUNT', 1)[1]
            held = sum - (tonumber(oldest[2][4]) or sum)
            if held > most then -- by their average, which need not be that of the oldest
              length = math.min(length - 1, math.floor(length * most / held))
              redis.call('XTRIM', KEYS[1], 'MAXLEN', length)
            end
          until held <= most
          return 1
          """);

  private Scripts() {}
}
