import { oneLine } from '../alert/render/text-format.ts';
import { dollars } from '../cost/document.ts';
import type { Proposal } from './proposal.ts';
import type { ProposedEntry, ProposedItem } from './proposed-entry.ts';

const INDENT = '  ';
const OFF = '// ';

/**
 * The file that a proposal makes: JSON with comments. What is switched off is a comment, and counts once the `// ` before
 * each of its lines is taken away; every entry ends with a comma, so that no other line changes.
 *
 * @param heading - sentences for the top of the file
 */
export function configurationText(proposal: Proposal, heading: readonly string[]): string {
  const { loadBalancers, usdAMonth, entries } = proposal;
  const top = [
    ...heading,
    'Lines that begin with // are comments; take the // away to switch on what is switched off.',
    `As it stands, the monitor costs about ${dollars(usdAMonth)} a month for ${loadBalancers} load balancers (alb502 cost).`,
  ];
  const body = entries.map((entry) => linesOf(entry).join('\n'));
  return `${top.map(comment).join('\n')}\n{\n${body.join('\n\n')}\n}\n`;
}

/** The configuration itself, as the file has it without its comments. */
export const configurationOf = ({ entries }: Proposal): Record<string, unknown> =>
  Object.fromEntries(
    entries
      .filter(({ on }) => on)
      .map(({ key, items, value }) => [key, items === null ? value : valuesOf(items)]),
  );

const valuesOf = (items: readonly ProposedItem[]): string[] =>
  items.filter(({ on }) => on).map(({ value }) => value);

/** One line whatever a name or a reason holds. */
const comment = (text: string): string => `// ${oneLine(text)}`;

function linesOf(entry: ProposedEntry): string[] {
  const { reasons, on, items, key, value } = entry;
  const above = reasons.map((reason) => `${INDENT}${comment(reason)}`);
  if (items === null && value === null) return above;
  const lines = items === null ? valueLines(key, value) : listLines(key, items);
  return [...above, ...lines.map((line) => `${INDENT}${on ? '' : OFF}${line}`)];
}

function valueLines(key: string, value: unknown): string[] {
  const text = `${JSON.stringify(key)}: ${JSON.stringify(value, null, INDENT.length)}`;
  return `${text},`.split('\n');
}

const listLines = (key: string, items: readonly ProposedItem[]): string[] =>
  items.length === 0
    ? [`${JSON.stringify(key)}: [],`]
    : [
        `${JSON.stringify(key)}: [`,
        ...items.map(
          ({ value, note, on }) => `${INDENT}${on ? '' : OFF}${JSON.stringify(value)}, ${comment(note)}`,
        ),
        '],',
      ];
