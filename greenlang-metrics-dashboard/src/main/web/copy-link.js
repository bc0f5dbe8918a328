import { find, setText } from './dom.js';

/** The button that copies the address of the view, which never contains the token. */

const MESSAGE_MILLIS = 2_000;

export class CopyLink {
  #button = find('#copy-link');
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /** @param {() => string} address */
  constructor(address) {
    this.#button.addEventListener('click', async () => {
      const isCopied = await copyText(address());
      setText(this.#button, isCopied ? 'Copied' : 'Not copied');
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => setText(this.#button, 'Copy link'), MESSAGE_MILLIS);
    });
  }
}

/**
 * Copies a text. A page without https has no clipboard API; the older command works there.
 *
 * @param {string} text
 * @returns {Promise<boolean>} false if the browser permits neither
 */
async function copyText(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    const field = document.createElement('textarea');
    field.className = 'off-screen';
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    return isCopied;
  }
}
