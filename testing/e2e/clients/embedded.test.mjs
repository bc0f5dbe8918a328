/** Every client against the servers inside other people's containers, started by the one command of their README. */

import { after, describe } from 'node:test';
import { startServer } from '../server.mjs';
import { CLIENTS } from './clients.mjs';
import { clientContract } from './contract.mjs';

for (const example of ['embedded-tomcat', 'embedded-jetty', 'embedded-spring-boot']) {
  // Mostly they wait for the next second, and can do so side by side.
  describe(example, { timeout: 600_000, concurrency: true }, () => {
    /** One for all clients: the command builds before it starts. */
    let server;
    const command = `make --silent --no-print-directory -C examples/${example} run`;
    const start = async (options) => {
      server ??= startServer({ ...options, command });
      return { ...(await server), stop: async () => null };
    };
    after(async () => (await server)?.stop());

    for (const [name, open] of Object.entries(CLIENTS)) {
      clientContract(`${name}, ${example}`, open, start);
    }
  });
}
