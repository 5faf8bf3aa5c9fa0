import * as z from 'zod';
import type { ConditionBook } from './condition-book.ts';
import {
  type Conditions,
  isList,
  isObject,
  type Json,
  join,
  json,
  ref,
  referredTo,
  split,
} from './intrinsic.ts';

const bodySchema = z.object({ 'Fn::Join': z.tuple([z.literal(''), z.array(json)]) });
const PLACE = /@@(\d+)@@/;
/** Lists of a dashboard whose entries may be about a resource that is not there. */
const OPTIONAL_ENTRIES = ['metrics', 'alarms', 'widgets'];
/** A graph over the load balancers of a region. */
const SEARCH = "SEARCH('{AWS/ApplicationELB,";
/** CloudWatch fills it in for each line: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/graph-dynamic-labels.html */
const REGION_LABEL = `\${PROP('Region')} `;

type ConditionsOfResource = (logicalId: string) => Conditions;

/** The body of a dashboard with its entries about optional resources under their conditions. */
export function dashboardBody(body: Json, conditionsOf: ConditionsOfResource, book: ConditionBook): Json {
  const parts = bodySchema.parse(body)['Fn::Join'][1];
  const text = parts.map((part, index) => (typeof part === 'string' ? part : `@@${index}@@`)).join('');
  const tree = json.parse(JSON.parse(text));
  return join('', new BodyWriter(parts, conditionsOf, book).write(tree, []));
}

class BodyWriter {
  private readonly tokens: readonly Json[];
  private readonly conditionsOf: ConditionsOfResource;
  private readonly book: ConditionBook;

  constructor(tokens: readonly Json[], conditionsOf: ConditionsOfResource, book: ConditionBook) {
    this.tokens = tokens;
    this.conditionsOf = conditionsOf;
    this.book = book;
  }

  /** A value as JSON in parts; strings that follow each other are one. */
  write(value: Json, given: Conditions, key = ''): Json[] {
    if (typeof value === 'string') return this.text(value);
    if (isList(value))
      return glued(['[', ...this.entries(value, given, OPTIONAL_ENTRIES.includes(key)), ']']);
    if (!isObject(value)) return [JSON.stringify(value)];
    const fields = Object.entries(value).flatMap(([name, inner], index) => [
      `${index === 0 ? '' : ','}${JSON.stringify(name)}:`,
      ...this.write(inner, given, name),
    ]);
    return glued(['{', ...fields, '}']);
  }

  private entries(list: readonly Json[], given: Conditions, optional: boolean): Json[] {
    return list.flatMap((entry, index) => {
      const comma = index === 0 ? '' : ',';
      const needed = optional ? this.neededBy(entry).filter((one) => !given.includes(one)) : [];
      const written = isSearch(entry) ? [this.search(entry)] : this.write(entry, [...given, ...needed]);
      if (needed.length === 0) return [comma, ...written];
      if (index === 0) throw new Error('the first entry of a list of the dashboard may not be missing');
      return [this.book.when(needed, join('', glued([comma, ...written])), '')];
    });
  }

  /** A widget of alarms goes with all of them; any other entry with the resources that it names. */
  private neededBy(entry: Json): Conditions {
    if (isObject(entry) && isObject(entry['properties'] ?? null))
      return entry['type'] === 'alarm' ? ['MonitorsItself'] : [];
    const named = JSON.stringify(entry).matchAll(/@@(\d+)@@/g);
    return [...named].flatMap(([, index]) => {
      const logicalId = referredTo(this.tokens[Number(index)] ?? null);
      return logicalId === null ? [] : this.conditionsOf(logicalId);
    });
  }

  private text(value: string): Json[] {
    const pieces = JSON.stringify(value).split(PLACE);
    return glued(
      pieces.map((piece, index) => (index % 2 === 0 ? piece : (this.tokens[Number(piece)] ?? null))),
    );
  }

  /** A line for each region that is named; without names, one for the region of the dashboard. */
  private search(entry: readonly Json[]): Json {
    const [graph = null] = entry;
    const named = JSON.stringify([{ ...(isObject(graph) ? graph : {}), label: REGION_LABEL, region: '@@' }]);
    const [before = '', after = ''] = named.split('@@');
    const lines = [before, join(`${after},${before}`, split(',', ref('Regions'))), after];
    return this.book.when(['NamesRegions'], join('', lines), JSON.stringify(entry));
  }
}

function isSearch(entry: Json): entry is readonly Json[] {
  const [graph = null] = isList(entry) ? entry : [];
  const { expression } = isObject(graph) ? graph : {};
  return typeof expression === 'string' && expression.startsWith(SEARCH);
}

/** Strings that follow each other as one. */
function glued(parts: readonly Json[]): Json[] {
  const whole: Json[] = [];
  for (const part of parts) {
    const last = whole.at(-1);
    if (typeof part === 'string' && typeof last === 'string') whole[whole.length - 1] = last + part;
    else if (part !== '') whole.push(part);
  }
  return whole;
}
