/** The MessagePack decoder as a separate module. Bundlers can load it on demand, without the encoder. */
export { decode } from '@msgpack/msgpack';
