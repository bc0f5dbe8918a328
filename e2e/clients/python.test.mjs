import { fileURLToPath } from 'node:url';
import { clientContract } from './contract.mjs';
import { PipePeer } from './pipe-peer.mjs';

/** The system's own, for which the packages are installed; another one in PATH does not have them. */
const PYTHON = process.env.PYTHON || '/usr/bin/python3';
const CLIENT = fileURLToPath(new URL('python_client.py', import.meta.url));

clientContract("Python's websockets", (address) => PipePeer.connect(PYTHON, [CLIENT], address));
