import type { FilesBeside } from '../../model.ts';
import { at, type MapValue, textOf, unknownValue, type Value } from '../value.ts';
import { isMapValue, yamlDocuments } from '../yaml-value.ts';
import { type ChartText, chartText, LONGEST_TEMPLATE, MARK } from './chart-text.ts';

/** Keys under which a chart fills in whole parts, which are not a name. */
const PARTS = new Set(
  'annotations args command containers env exec initContainers labels lifecycle matchLabels ports preStop resources selector sleep spec template'.split(
    ' ',
  ),
);

/** A map with entries that are not known: what is not there can be filled in. */
class OpenEntries extends Map<string, Value> {
  private readonly instead: Value;

  constructor(entries: Iterable<readonly [string, Value]>, instead: Value) {
    super(entries);
    this.instead = instead;
  }

  /** Other entries, as open as these. */
  with(entries: ReadonlyMap<string, Value>): OpenEntries {
    return new OpenEntries(entries, this.instead);
  }

  override get(key: string): Value | undefined {
    return super.get(key) ?? this.instead;
  }
}

/** `.Values.web.idle` with what is piped through it; null for anything more. */
function valuesPath(
  written: string,
): { readonly keys: readonly string[]; readonly fallback: string | null } | null {
  const action = written.replace(/^\(?tpl \(toYaml (\S+)\) [.$]\)?/, '$1');
  const match =
    /^(?:toYaml |tpl \(?toYaml |int |quote )?\(?(?:\$(?:root)?)?\.Values\.([\w.]+)\)?( \$| \.)?(?:\s*\|\s*(?:quote|squote|int|int64|toString|toYaml|n?indent \d+|trim|lower|default "?[^|"]*"?))*$/.exec(
      action,
    );
  if (!match) return null;
  const fallback = /\|\s*default "?([^|"]*?)"?\s*(?:\||$)/.exec(action)?.[1];
  return { keys: (match[1] ?? '').split('.'), fallback: fallback === undefined ? null : fallback.trim() };
}

/** A value that stands under a condition: it is assumed to hold, unless the value is one of several. */
function underCondition(value: Value, condition: string): Value {
  const text = condition.slice(0, 80);
  if (!/^(?:if|with)\b/.test(condition))
    return unknownValue(value.place, `is one of several of the template: ${text}`);
  if (value.kind === 'scalar') {
    const assuming = value.origin?.assuming ?? `the condition {{ ${text} }} holds`;
    return { ...value, origin: { assuming, spelling: value.origin?.spelling ?? '%s' } };
  }
  if (value.kind === 'list')
    return { ...value, items: value.items.map((item) => underCondition(item, condition)) };
  if (value.kind !== 'map') return value;
  const entries = new Map([...value.entries].map(([key, one]) => [key, underCondition(one, condition)]));
  return { ...value, entries: value.entries instanceof OpenEntries ? value.entries.with(entries) : entries };
}

/** Fills a chart's templates in with its own values.yaml, and says of the rest that it is not known. */
class ChartReader {
  private readonly chart: ChartText;
  private readonly values: Value | undefined;
  private readonly chartName: string;
  private readonly valuesFile: string;

  constructor(chart: ChartText, values: Value | undefined, folder: string) {
    this.chart = chart;
    this.values = values;
    this.valuesFile = `${folder}values.yaml`;
    this.chartName = folder.replace(/\/$/, '').split('/').at(-1) || 'chart';
  }

  read(value: Value, parent: readonly string[] = []): Value {
    if (value.kind === 'list')
      return {
        ...value,
        items: value.items.map((item) => this.read(this.filledIn(item), this.idsAt(item.place.line))),
      };
    if (value.kind !== 'map') return this.filledIn(value);
    return this.map(value, parent);
  }

  private map(value: MapValue, outer: readonly string[]): Value {
    const own = [...this.idsAt(value.place.line), ...outer];
    const entries = new Map<string, Value>();
    let open: Value | null = null;
    for (const [key, entry] of value.entries) {
      const mark = new RegExp(`^${MARK.source}$`).test(key) ? this.chart.actions.get(key) : undefined;
      if (mark !== undefined) {
        const given = this.ofValues(mark);
        if (isMapValue(given)) for (const [name, one] of given.entries) entries.set(name, one);
        else {
          // Two that fill in the same are the same: `include "shop.selectorLabels" .`.
          entries.set(`{{ ${withoutPipe(mark)} }}`, {
            kind: 'scalar',
            place: entry.place,
            written: '',
            value: '',
          });
          open = unknownValue(entry.place, `is filled in by {{ ${mark.slice(0, 80)} }}`);
        }
        continue;
      }
      const condition = this.conditionAt(entry.place.line, own);
      const filled = PARTS.has(key) ? this.part(entry) : this.filledIn(entry);
      const read = this.read(filled, [...own, ...this.idsAt(entry.place.line)]);
      entries.set(this.text(key), condition === null ? read : underCondition(read, condition));
    }
    return {
      ...value,
      written: this.text(value.written),
      entries: open === null ? entries : new OpenEntries(entries, open),
    };
  }

  private idsAt(line: number): readonly string[] {
    return this.chart.blocksAt(line).map(({ id }) => id);
  }

  /** The condition of a line that its map does not stand under; null where there is none, or values.yaml meets it. */
  private conditionAt(line: number, own: readonly string[]): string | null {
    const further = this.chart.blocksAt(line).filter(({ id }) => !own.includes(id));
    return further.find(({ condition }) => !this.isMet(condition))?.condition ?? null;
  }

  private isMet(condition: string): boolean {
    const path = /^(?:if|with) (?:\$(?:root)?)?\.Values\.([\w.]+)$/.exec(condition)?.[1];
    const found = path === undefined ? undefined : at(this.values, ...path.split('.'));
    if (found === undefined) return false;
    if (found.kind === 'map') return found.entries.size > 0;
    if (found.kind === 'list') return found.items.length > 0;
    return !['', '0', 'false', null].includes(textOf(found));
  }

  /** What values.yaml has for an action. */
  private ofValues(action: string): Value | null {
    const path = valuesPath(action);
    if (path === null) return null;
    const found = at(this.values, ...path.keys);
    if (found === undefined) return null;
    const assuming = `${this.valuesFile} keeps its value of ${path.keys.join('.')}`;
    return { ...found, origin: { assuming, spelling: `${path.keys.at(-1) ?? ''}: %s` } };
  }

  private part(value: Value): Value {
    const action = this.onlyAction(value);
    if (action === null) return this.filledIn(value);
    return this.ofValues(action) ?? unknownValue(value.place, `is filled in by {{ ${action.slice(0, 80)} }}`);
  }

  private onlyAction(value: Value): string | null {
    const text = value.kind === 'scalar' && typeof value.value === 'string' ? value.value : '';
    return new RegExp(`^${MARK.source}$`).test(text) ? (this.chart.actions.get(text) ?? null) : null;
  }

  /** A value with what its actions stand for. */
  private filledIn(value: Value): Value {
    if (value.kind !== 'scalar' || typeof value.value !== 'string' || !value.value.includes('__FILLED_IN_'))
      return value;
    const action = this.onlyAction(value);
    const given = action === null ? null : this.ofValues(action);
    if (given !== null) return given;
    const fallback = action === null ? null : (valuesPath(action)?.fallback ?? null);
    if (fallback !== null && /^\d+$/.test(fallback))
      return { ...value, value: fallback, written: this.text(value.written) };
    return { ...value, value: this.text(value.value), written: this.text(value.written) };
  }

  /** Text with its marks filled in, as far as that goes; what is left shows its action. */
  private text(text: string): string {
    return text.replaceAll(MARK, (mark) => this.actionText(this.chart.actions.get(mark) ?? ''));
  }

  private actionText(action: string): string {
    const plain = withoutPipe(action);
    if (
      /^\(?(?:include|template) (?:"[\w.-]*\.?(?:full)?name"|\(printf "%s\.(?:full)?name" \.Chart\.Name\)) [.$]\)?$/i.test(
        plain,
      )
    )
      return this.chartName;
    const given = textOf(this.ofValues(action) ?? undefined);
    if (given !== null && given !== '') return given;
    const fallback = /^\$?\.Values\.[\w.]+ \| default (.+)$/.exec(plain)?.[1];
    if (fallback === undefined) return plain === '.Chart.Name' ? this.chartName : `{{ ${plain} }}`;
    return /^".*"$/.test(fallback) ? fallback.slice(1, -1) : this.actionText(fallback);
  }
}

/** Without what only changes how it is written. */
const withoutPipe = (action: string): string =>
  action
    .replaceAll(/\s*\|\s*(?:n?indent \d+|quote|squote|trunc 63|trimSuffix "-")/g, '')
    .replaceAll(/\$root\b/g, '$')
    .replace(/ \$(?=\)?$)/, ' .');

/**
 * The documents of a chart's template, filled in with the chart's own values.yaml. What that does not settle is unknown:
 * conditions, functions, what another file of values would say.
 */
export function chartDocuments(
  path: string,
  text: string,
  folder: string,
  beside: FilesBeside,
): readonly Value[] {
  if (text.length > LONGEST_TEMPLATE) return [];
  const file = `${folder}values.yaml`;
  const [values] = yamlDocuments(file, beside.text(file) ?? '');
  const chart = chartText(text);
  const reader = new ChartReader(chart, values?.value ?? undefined, folder);
  return yamlDocuments(path, chart.text).flatMap(({ value }) => (value === null ? [] : [reader.read(value)]));
}
