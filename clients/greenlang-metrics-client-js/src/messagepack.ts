/** A module of its own, so that it can be loaded when it is needed, and so that only the decoder is. */
export { decode } from '@msgpack/msgpack';
