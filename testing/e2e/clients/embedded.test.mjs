/** Tests of every client against the servers embedded in containers. The command of each example's README starts the server. */

import { after, describe } from 'node:test';
import { startServer } from '../server.mjs';
import { CLIENTS } from './clients.mjs';
import { clientContract } from './contract.mjs';
import { javaClientContract } from './java-client-contract.mjs';

for (const example of ['embedded-tomcat', 'embedded-jetty', 'embedded-spring-boot']) {
  // The tests mostly wait for the next second, so they can run in parallel.
  describe(example, { timeout: 600_000, concurrency: true }, () => {
    /** One server for all clients, because the command builds before it starts. */
    let server;
    const command = `make --silent --no-print-directory -C examples/${example} run`;
    const start = async (options) => {
      server ??= startServer({ ...options, command });
      return { ...(await server), stop: async () => null };
    };
    after(async () => (await server)?.stop());

    for (const [name, connect] of Object.entries(CLIENTS)) {
      clientContract(`${name}, ${example}`, connect, start);
    }
    javaClientContract(example, start);
  });
}
