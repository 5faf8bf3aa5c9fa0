/** An action of a template: `{{ include "shop.fullname" . }}`. */
interface Action {
  readonly start: number;
  readonly end: number;
  /** What stands between the braces, on one line, without the marks that trim white space. */
  readonly text: string;
}

/** What is open at a place of a template: `if`, `with`, `range`; and which of its branches. */
interface Block {
  readonly kind: string;
  readonly subject: string;
  readonly id: string;
}

/** A template as YAML: what it fills in is a mark, what it decides is left out, and every line keeps its number. */
export interface ChartText {
  readonly text: string;
  /** The actions that fill something in, by their marks. */
  readonly actions: ReadonlyMap<string, string>;
  /** The blocks that are open where a line begins, from 1: `if .Values.ingress.enabled`. */
  readonly blocksAt: (line: number) => readonly { readonly id: string; readonly condition: string }[];
}

const CONTROL = /^(?:if|with|range|define|block|else|end|break|continue)\b/;
const ASSIGNMENT = /^(\$\w*)\s*:?=\s*(.*)$/s;

/** More actions, and longer templates, are not written by hand. */
const MOST_ACTIONS = 3000;
export const LONGEST_TEMPLATE = 200_000;
/** Lines that are looked at around one that is filled in as a whole. */
const MOST_LINES = 200;

function actionsIn(text: string): readonly Action[] {
  const found: Action[] = [];
  for (let start = text.indexOf('{{'); start >= 0 && found.length < MOST_ACTIONS; ) {
    const close = text.indexOf('}}', start);
    if (close < 0) break;
    const inner = text
      .slice(start + 2, close)
      .replace(/^-/, '')
      .replace(/-$/, '');
    found.push({ start, end: close + 2, text: inner.replaceAll(/\s+/g, ' ').trim() });
    start = text.indexOf('{{', close + 2);
  }
  return found;
}

/** The mark that stands for an action. */
export const MARK = /__FILLED_IN_\d+__/g;
const markOf = (index: number): string => `__FILLED_IN_${index}__`;

/** The column that what an action gives is moved to: `nindent 8`. */
function columnOf(text: string, own: number): number {
  const moved = /\|\s*(n?)indent\s+(\d+)/.exec(text);
  return moved ? Number(moved[2]) : own;
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

class TemplateReader {
  private readonly blocks: Block[] = [];
  private readonly variables = new Map<string, string>();
  readonly actions = new Map<string, string>();
  /** Where the blocks change, as offsets. */
  readonly changes: { readonly at: number; readonly open: readonly Block[] }[] = [];
  private count = 0;

  /** What takes the place of an action in its line; null where nothing does. */
  take({ text, start }: Action): string | null {
    if (text === '' || text.startsWith('/*')) return null;
    const [, variable, value = ''] = ASSIGNMENT.exec(text) ?? [];
    if (variable !== undefined) {
      this.variables.set(variable, this.withVariables(value.trim()));
      return null;
    }
    if (CONTROL.test(text)) {
      this.control(text, start);
      return null;
    }
    this.count += 1;
    const mark = markOf(this.count);
    this.actions.set(mark, this.inContext(this.withVariables(text)));
    return mark;
  }

  private control(text: string, at: number): void {
    const [, kind = '', subject = ''] = /^(\w+)\s*(.*)$/s.exec(text) ?? [];
    if (kind === 'end') this.blocks.pop();
    else if (kind === 'else') {
      const before = this.blocks.pop();
      if (before) this.blocks.push({ kind: 'else', subject: '', id: `${before.id}/${at}` });
    } else if (kind !== 'break' && kind !== 'continue')
      this.blocks.push({ kind, subject: this.withVariables(subject.trim()), id: String(at) });
    this.changes.push({ at, open: [...this.blocks] });
  }

  private withVariables(text: string): string {
    return text.replaceAll(/\$\w+/g, (name) => this.variables.get(name) ?? name);
  }

  /** `toYaml .` within `with .Values.annotations` is `toYaml .Values.annotations`. */
  private inContext(text: string): string {
    const context = this.blocks.findLast(
      ({ kind }) => kind === 'with' || kind === 'range' || kind === 'define',
    );
    return context?.kind === 'with' && context.subject.startsWith('.Values.')
      ? text.replaceAll(/(?<=^|[\s(])\.(?=$|[\s)|])/g, context.subject)
      : text;
  }
}

/** Whether what is filled in on a line of its own is an item of a list, by the next line at its column. */
function isItem(lines: readonly string[], index: number, column: number): boolean {
  for (const step of [1, -1])
    for (
      let at = index + step;
      at >= 0 && at < lines.length && Math.abs(at - index) < MOST_LINES;
      at += step
    ) {
      const line = (lines[at] ?? '').replaceAll(/\{\{[\s\S]*?\}\}/g, '');
      if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
      const indent = indentOf(line);
      if (indent === column) return line.trimStart().startsWith('- ');
      if (indent < column) break;
    }
  return false;
}

/** Makes YAML of a template of a Helm chart, without running it. */
export function chartText(text: string): ChartText {
  const reader = new TemplateReader();
  const lines = text.split('\n');
  let made = '';
  let from = 0;
  for (const action of actionsIn(text)) {
    const mark = reader.take(action);
    made += text.slice(from, action.start);
    from = action.end;
    const lineStart = text.lastIndexOf('\n', action.start - 1) + 1;
    const before = text.slice(lineStart, action.start).replaceAll(/\{\{[\s\S]*?\}\}/g, '');
    const lineEnd = text.indexOf('\n', action.end);
    const after = text
      .slice(action.end, lineEnd < 0 ? undefined : lineEnd)
      .replaceAll(/\{\{[\s\S]*?\}\}/g, '');
    if (mark !== null && (before.trim() !== '' || after.trim() !== '')) made += mark;
    else if (mark !== null) {
      // A line that is filled in as a whole: an entry or an item where it ends up.
      const column = columnOf(action.text, indentOf(before));
      const index = text.slice(0, action.start).split('\n').length - 1;
      const lead = made.slice(made.lastIndexOf('\n') + 1);
      if (lead.trim() === '') made = made.slice(0, made.length - lead.length);
      made += `${' '.repeat(column)}${isItem(lines, index, column) ? `- ${mark}` : `${mark}: ~`}`;
    }
    made += '\n'.repeat(text.slice(action.start, action.end).split('\n').length - 1);
  }
  made += text.slice(from);
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return {
    text: made,
    actions: reader.actions,
    blocksAt: (line) =>
      (reader.changes.findLast(({ at }) => at < (starts[line - 1] ?? 0))?.open ?? [])
        .filter(({ kind }) => kind !== 'define' && kind !== 'block')
        .map(({ id, kind, subject }) => ({ id, condition: subject === '' ? kind : `${kind} ${subject}` })),
  };
}
