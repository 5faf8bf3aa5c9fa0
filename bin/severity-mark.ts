import type { Severity } from '../lambda/model/diagnosis.ts';
import { style } from './terminal.ts';

const COLOURS: Readonly<Record<Severity, (text: string) => string>> = {
  critical: style.red,
  warning: style.yellow,
  info: style.cyan,
  none: style.green,
};

/** `WARNING` in the colour of its severity, where colour is wanted. */
export const severityMark = (severity: Severity): string => COLOURS[severity](severity.toUpperCase());
