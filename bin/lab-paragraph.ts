import type { Paragraph } from '../lab/tour-text.ts';
import { style } from './terminal.ts';
import { wrapped } from './wrapped.ts';

const COLOURS: Readonly<Record<string, (text: string) => string>> = {
  '502': style.red,
  ALERT: style.red,
  LATE: style.yellow,
  FIX: style.cyan,
  FIXED: style.green,
  RESOLVED: style.green,
};

/** Heads stand in a column of their own, where there is room for one. */
const HEAD_COLUMNS = 10;
const ROOM_COLUMNS = 60;

/** A part of the tour's story as a person reads it, wrapped at the terminal's width. */
export function paragraphText({ head, text: told }: Paragraph, columns: number): string {
  // A mail names its kind itself.
  const text = told.startsWith(`${head}: `) ? told.slice(head.length + 2) : told;
  const mark = style.bold((COLOURS[head] ?? plain)(head));
  const beside = columns >= ROOM_COLUMNS;
  const indent = ' '.repeat(beside ? HEAD_COLUMNS : 2);
  const body = text
    .split('\n')
    .map((line) => lineText(line, columns - indent.length))
    .join('\n')
    .replaceAll(/^(?=.)/gm, indent);
  return beside ? `${mark}${body.slice(head.length)}\n` : `${mark}\n${body}\n`;
}

const plain = (text: string): string => text;

/** What is copied, a command or a line of configuration, stays on one line; so do pictures. */
function lineText(line: string, columns: number): string {
  const indent = /^ */.exec(line)?.[0] ?? '';
  const isCopied = indent.length >= 2 && !/^ *([A-Z][a-z]+ [a-z]|\()/.test(line);
  return isCopied ? style.cyan(line) : wrapped(line, columns, `${indent}  `);
}
