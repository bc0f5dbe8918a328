import { textOf } from './annotation-text.js';
import { createElement, setText } from './dom.js';
import { formatMoment } from './format.js';

/**
 * The marks in the plots: a line at the time of each, with a shape on the time axis, and a note when the cursor is at one.
 *
 * @typedef {import('./annotations.js').Annotation} Annotation
 * @typedef {import('uplot')} Plot
 */

/** The distance from the cursor at which a mark has its note. */
const NEAR_PIXELS = 8;
const SHAPE_PIXELS = 5;
const DASH_PIXELS = 3;

/** The maximum number of texts in a note. */
const MAX_TEXTS = 3;

/** The corners of the shapes, relative to their center: a diamond, a square, a cross of two bars, and a triangle for all others. @type {Map<string, Array<[x: number, y: number]>>} */
const SHAPES = new Map([
  ['deployment', [[0, -1], [1, 0], [0, 1], [-1, 0]]],
  ['start', [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]]],
  ['gap', [[-1, -1], [0, -0.4], [1, -1], [0.4, 0], [1, 1], [0, 0.4], [-1, 1], [-0.4, 0]]],
]);
/** @type {Array<[x: number, y: number]>} */
const TRIANGLE = [[0, -1], [1, 0.9], [-1, 0.9]];

export class AnnotationMarks {
  #palette;
  /** @type {Annotation[]} in time order */
  #all = [];
  #shown = '';
  /** The notes by their plots. @type {WeakMap<Plot, HTMLElement>} */
  #notes = new WeakMap();

  /** @param {import('./palette.js').Palette} palette */
  constructor(palette) {
    this.#palette = palette;
  }

  /** @param {Annotation[]} all in time order @returns {boolean} true if they differ from the previous ones */
  setAll(all) {
    const shown = JSON.stringify(all.map(({ time, kind, text }) => [Math.round(time), kind, text]));
    const isChanged = shown !== this.#shown;
    this.#shown = shown;
    this.#all = all;
    return isChanged;
  }

  /** @param {Plot} plot */
  draw(plot) {
    const { left, top, width, height } = plot.bbox;
    const { ctx } = plot;
    const scale = devicePixelRatio;
    ctx.save();
    ctx.strokeStyle = ctx.fillStyle = this.#palette.get('--text');
    ctx.lineWidth = scale;
    for (const { time, kind } of this.#all) {
      const x = Math.round(plot.valToPos(time, 'x', true));
      if (x >= left && x <= left + width) {
        ctx.globalAlpha = 0.6;
        ctx.setLineDash([DASH_PIXELS * scale, DASH_PIXELS * scale]);
        ctx.beginPath();
        ctx.moveTo(x, top);
        ctx.lineTo(x, top + height);
        ctx.stroke();
        ctx.globalAlpha = 1;
        fillShape(ctx, SHAPES.get(kind) ?? TRIANGLE, x, top + height, SHAPE_PIXELS * scale);
      }
    }
    ctx.restore();
  }

  /** Shows the texts of the marks at the cursor, in the chart that the user points at. @param {Plot} plot */
  showNote(plot) {
    const { activeElement } = /** @type {Document | ShadowRoot} */ (plot.root.getRootNode());
    const isPointed = plot.root.matches(':hover') || plot.root.parentElement === activeElement;
    const near = isPointed ? this.#near(plot) : [];
    const note = this.#notes.get(plot);
    if (near.length > 0) {
      const shown = note ?? this.#addNote(plot);
      setText(shown, linesOf(near).join('\n'));
      const x = plot.valToPos(near[0].time, 'x');
      const isRight = x > plot.over.clientWidth / 2;
      shown.style.left = isRight ? '' : `${Math.max(0, x)}px`;
      shown.style.right = isRight ? `${Math.max(0, plot.over.clientWidth - x)}px` : '';
    } else if (note) {
      setText(note, '');
    }
  }

  /** Returns the texts of the marks at the cursor. @param {Plot} plot */
  noteAt(plot) {
    return linesOf(this.#near(plot)).join('. ');
  }

  /** Returns the marks near the cursor, and those between its row and the next ones: the keyboard moves it from row to row. @param {Plot} plot */
  #near(plot) {
    const { left = -1, idx } = plot.cursor;
    const { min, max } = plot.scales.x;
    if (left < 0 || idx == null || min === undefined || max === undefined) {
      return [];
    }
    const isNear = (/** @type {number} */ time) => Math.abs(plot.valToPos(time, 'x') - left) <= NEAR_PIXELS || plot.valToIdx(time) === idx;
    return this.#all.filter(({ time }) => time >= min && time <= max && isNear(time));
  }

  /** @param {Plot} plot */
  #addNote(plot) {
    const note = createElement('p', { class: 'chart-note', 'aria-hidden': 'true' }); // the announcement of the cursor has its text
    plot.over.append(note);
    this.#notes.set(plot, note);
    return note;
  }
}

/** @param {Annotation[]} annotations @returns {string[]} */
function linesOf(annotations) {
  const lines = annotations.slice(0, MAX_TEXTS).map((each) => `${formatMoment(each.time, each.time)} ${textOf(each)}`);
  return annotations.length > MAX_TEXTS ? [...lines, `${annotations.length - MAX_TEXTS} more`] : lines;
}

/** @param {CanvasRenderingContext2D} ctx @param {Array<[x: number, y: number]>} corners @param {number} x @param {number} y @param {number} size */
function fillShape(ctx, corners, x, y, size) {
  ctx.beginPath();
  corners.forEach(([dx, dy]) => ctx.lineTo(x + dx * size, y + dy * size));
  ctx.closePath();
  ctx.fill();
}
