/** Every client against the server on a port of its own: Netty. */

import { clientContract } from './contract.mjs';
import { CLIENTS } from './clients.mjs';

for (const [name, open] of Object.entries(CLIENTS)) {
  clientContract(name, open);
}
