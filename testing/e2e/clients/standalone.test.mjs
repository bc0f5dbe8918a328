/** Every client against the server on a port of its own: Netty. */

import { describe } from 'node:test';
import { CLIENTS } from './clients.mjs';
import { clientContract } from './contract.mjs';

describe('standalone', { timeout: 600_000, concurrency: 2 }, () => {
  for (const [name, open] of Object.entries(CLIENTS)) {
    clientContract(name, open);
  }
});
