import { fieldEnd, fieldStart, fieldText, isBlank, type LogLine } from '../reading/line.ts';
import { rewrittenUrl } from '../reading/rewritten-url.ts';
import type { TallyBudget } from './budget.ts';
import { redactedPath } from './failing-lines.ts';

const MOST_PATHS = 3000;
const LONGEST_BYTES = 2048;
const decoder = new TextDecoder();

/** Method and URL of paths that failed, by their hash: only the ones that are named are read again. */
export class PathTexts {
  private readonly texts = new Map<number, string>();
  /** Paths that the targets got instead; null where a request was not rewritten, or not as the one before. */
  private readonly sent = new Map<number, string | null>();
  private readonly budget: Pick<TallyBudget, 'textBytesLeft'>;

  constructor(budget: Pick<TallyBudget, 'textBytesLeft'>) {
    this.budget = budget;
  }

  add(exactPath: number, line: LogLine): void {
    if (this.texts.has(exactPath)) {
      const known = this.sent.get(exactPath) ?? null;
      if (known !== null && known !== sentPath(line)) this.sent.set(exactPath, null);
      return;
    }
    if (this.texts.size >= MOST_PATHS) return;
    const start = fieldStart(line, 'request');
    const end = Math.min(fieldEnd(line, 'request'), start + LONGEST_BYTES);
    if (this.budget.textBytesLeft < end - start) return;
    this.budget.textBytesLeft -= end - start;
    this.texts.set(exactPath, decoder.decode(line.bytes.subarray(start, end)));
    this.addSent(exactPath, sentPath(line));
  }

  private addSent(exactPath: number, sent: string | null): void {
    if (sent === null || this.budget.textBytesLeft < sent.length) return;
    this.budget.textBytesLeft -= sent.length;
    this.sent.set(exactPath, sent);
  }

  /** The request line as it was logged; empty where it was not kept. */
  textOf(exactPath: number): string {
    return this.texts.get(exactPath) ?? '';
  }

  /** The path that the targets got of all failed requests for it; null where no rule rewrote it, or not alike. */
  sentOf(exactPath: number): string | null {
    return this.sent.get(exactPath) ?? null;
  }
}

/** Without host, query and secrets; null where no rule rewrote the request. */
function sentPath(line: LogLine): string | null {
  const textOf = (field: 'transformedHost' | 'transformedUri' | 'transformStatus'): string =>
    isBlank(line, field) ? '' : fieldText(line, field);
  const [host, uri] = [textOf('transformedHost'), textOf('transformedUri')];
  if (host === '' && uri === '') return null;
  const [method = '', url = ''] = fieldText(line, 'request').split(' ', 2);
  const sent = rewrittenUrl(url, { host, uri, status: textOf('transformStatus') });
  if (sent === null || sent.length > LONGEST_BYTES) return null;
  return redactedPath(`${method} ${sent}`).replace(/^\S* /, '');
}
