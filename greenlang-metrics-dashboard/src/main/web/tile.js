import { find, setText, stamp } from './dom.js';
import { NOTHING, QUANTITIES, bytes, bytesPerSecond, count, inWords, percent } from './format.js';
import { Sparkline } from './sparkline.js';
import { newestValue } from './track.js';

/**
 * One panel's figure of the moment: a large number, a line of detail, and the shape of the last minute.
 *
 * @typedef {import('./host.js').Host} Host
 */
export class Tile {
  #panel;
  #number;
  #unit;
  #detail;
  #sparkline;

  /**
   * @param {import('./panels.js').Panel} panel
   * @param {HTMLElement} parent
   */
  constructor(panel, parent) {
    const root = stamp('#tile-template');
    root.dataset.tile = panel.id;
    setText(find('.tile-title', root), panel.title);
    this.#panel = panel;
    this.#number = find('.tile-number', root);
    this.#unit = find('.tile-unit', root);
    this.#detail = find('.tile-detail', root);
    this.#sparkline = new Sparkline(find('.spark', root));
    this.show(undefined);
    parent.append(root);
  }

  /** @param {Host | undefined} host undefined before any has reported */
  show(host) {
    const track = host?.tracks.get(this.#panel.id);
    const [times, values] = track?.data ?? [[], []];
    const value = newestValue(values);
    const quantity = value === undefined ? { number: NOTHING, unit: '' } : QUANTITIES[this.#panel.unit](value);
    setText(this.#number, quantity.number);
    setText(this.#unit, quantity.unit);
    setText(this.#detail, host ? DETAILS[this.#panel.id](host, values) : '');
    this.#sparkline.draw(times, values, track?.newest ?? 0, CEILINGS[this.#panel.scale]);
  }
}

/** A sparkline shows change, so it is scaled to its own values, except where "how full" is the question. */
const CEILINGS = { snug: 1, full: 100 };

/** @type {Record<string, (host: Host, values: import('./track.js').Cell[]) => string>} */
const DETAILS = {
  cpu: (host, values) => {
    const cores = host.facts.get('cpu.count');
    const peak = values.reduce((/** @type {number} */ most, value) => Math.max(most, value ?? 0), 0);
    return [cores && `${count(cores)} ${cores === 1 ? 'core' : 'cores'}`, `peak ${inWords(percent(peak))}`].filter(Boolean).join(' · ');
  },
  memory: (host) => usedOfTotal(host.facts.get('memory.used'), host.facts.get('memory.total')),
  disk: (host) => usedOfTotal(host.facts.get('disk.used'), host.facts.get('disk.total')),
  network: (host) => {
    const sent = newestValue(host.tracks.get('network')?.data[2] ?? []);
    return sent === undefined ? '↓ in' : `↓ in · ↑ ${inWords(bytesPerSecond(sent))} out`;
  },
};

/** @param {number | undefined} used @param {number | undefined} total */
function usedOfTotal(used, total) {
  if (used === undefined || total === undefined) {
    return 'in use';
  }
  const [part, whole] = [bytes(used), bytes(total)];
  return part.unit === whole.unit ? `${part.number} of ${inWords(whole)}` : `${inWords(part)} of ${inWords(whole)}`;
}
