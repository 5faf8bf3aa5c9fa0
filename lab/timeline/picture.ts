import { type Arrow, type Row, rowsOf } from './rows.ts';
import type { WireTimeline } from './timeline.ts';

/** No line of a picture is wider. */
export const PICTURE_COLUMNS = 80;

const TIME = 9;
const CLIENT = 18;
const TARGET = 26;
/** What remains beside the bars of the three columns and the blanks around. */
const NOTE = PICTURE_COLUMNS - TIME - CLIENT - TARGET - 6;
/** Share of the way that a packet is drawn for which did not come at once. */
const PART_OF_THE_WAY = 0.7;

/**
 * Draws what was seen: client, node and target side by side, time downwards in lab seconds since the first event. A
 * packet is one arrow where nothing else happened while it was under way; otherwise it is drawn where it left and
 * again where it came, if it came.
 */
export const pictureOf = (timeline: WireTimeline): string =>
  [header(timeline), ...rowsOf(timeline).flatMap(drawn)].join('\n');

/** The picture below what it shows. */
export function titledPicture(timeline: WireTimeline): string {
  const { fault, elbStatus, node, target, traceId } = timeline;
  return `${elbStatus} ${fault}, ${node} -> ${target ?? '-'}\n${traceId}\n\n${pictureOf(timeline)}`;
}

function header({ lambda }: WireTimeline): string {
  const columns = [
    ['lab s', TIME - 5],
    ['client', TIME + 1],
    ['node', TIME + CLIENT + 1],
    [lambda ? 'function' : 'target', TIME + CLIENT + TARGET],
  ] as const;
  return columns.reduce((line, [name, column]) => line.padEnd(column) + name, '');
}

function drawn({ seconds, client, target, note }: Row): readonly string[] {
  const [first = '', ...more] = wrapped(note);
  return [
    line(
      seconds.toFixed(3),
      client ? arrowText(client, CLIENT) : '',
      target ? arrowText(target, TARGET) : '',
      first,
    ),
    ...more.map((rest) => line('', '', '', rest)),
  ];
}

const line = (time: string, client: string, target: string, note: string): string =>
  `${time.padStart(TIME)} |${client.padEnd(CLIENT)}|${target.padEnd(TARGET)}|  ${note}`.trimEnd();

function arrowText({ towards, label, part }: Arrow, width: number): string {
  if (towards === 'nowhere') {
    const text = cut(label, width);
    return text.padStart(Math.floor((width + text.length) / 2)).padEnd(width);
  }
  const name = cut(label, width - '--  ->'.length);
  const length = part === 'whole' ? width : Math.max(name.length + 6, Math.round(PART_OF_THE_WAY * width));
  const right = towards === 'right';
  const shaft = '-'.repeat(length - name.length - 5);
  const text = right ? `-- ${name} ${shaft}>` : `<${shaft} ${name} --`;
  // What leaves stands at the end that it leaves.
  const atStart = right === (part === 'leaves');
  return atStart ? text.padEnd(width) : text.padStart(width);
}

const cut = (text: string, width: number): string =>
  text.length <= width ? text : `${text.slice(0, width - 1)}~`;

/** Words in lines of the note's width. */
function wrapped(text: string): readonly string[] {
  const lines: string[] = [];
  for (const word of text.split(' ').map((part) => cut(part, NOTE))) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= NOTE)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
