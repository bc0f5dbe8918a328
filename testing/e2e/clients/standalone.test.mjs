/** Tests of every client against the standalone server, which uses Netty. */

import { describe } from 'node:test';
import { CLIENTS } from './clients.mjs';
import { clientContract } from './contract.mjs';
import { javaClientContract } from './java-client-contract.mjs';

describe('standalone', { timeout: 1_200_000, concurrency: 2 }, () => {
  for (const [name, connect] of Object.entries(CLIENTS)) {
    clientContract(name, connect);
  }
  javaClientContract('the standalone server');
});
