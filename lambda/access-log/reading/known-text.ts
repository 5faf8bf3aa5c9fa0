const SLOTS = 256;
const SLOT_MASK = SLOTS - 1;

/** Texts of bytes that were found to be of a form, so that the same one need not be looked at again. */
export class KnownTexts {
  private readonly known = new Array<Uint8Array | undefined>(SLOTS).fill(undefined);
  private readonly form: RegExp;

  constructor(form: RegExp) {
    this.form = form;
  }

  /** Whether the text between these places is of the form. */
  has(bytes: Uint8Array, start: number, end: number): boolean {
    let hash = 0;
    for (let at = start; at < end; at++) hash = Math.imul(hash ^ (bytes[at] ?? 0), 0x01000193);
    const slot = (hash ^ (hash >>> 15)) & SLOT_MASK;
    const known = this.known[slot];
    if (known !== undefined && isSame(known, bytes, start, end)) return true;
    const text = bytes.slice(start, end);
    if (!this.form.test(String.fromCharCode(...text.subarray(0, 1024)))) return false;
    this.known[slot] = text;
    return true;
  }
}

function isSame(known: Uint8Array, bytes: Uint8Array, start: number, end: number): boolean {
  if (known.length !== end - start) return false;
  for (let at = known.length - 1; at >= 0; at--) if (known[at] !== bytes[start + at]) return false;
  return true;
}
