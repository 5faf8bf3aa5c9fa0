import type { WidgetFrame } from './widget-event.ts';

const MINUTE_MS = 60_000;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function inZone(timeMs: number, { zone }: Pick<WidgetFrame, 'zone'>): string {
  return new Date(timeMs + zone.offsetMinutes * MINUTE_MS).toISOString();
}

function day(iso: string): string {
  return `${Number(iso.slice(8, 10))} ${MONTHS[Number(iso.slice(5, 7)) - 1] ?? ''}`;
}

/**
 * `14:02` on the day the dashboard's range ends, else `21 Nov 14:02`; in the dashboard's zone.
 *
 * @param isoTime - as it is stored, in UTC
 */
export function timeText(isoTime: string, frame: WidgetFrame): string {
  const local = inZone(Date.parse(isoTime), frame);
  const clock = local.slice(11, 16);
  return local.slice(0, 10) === inZone(frame.range.end, frame).slice(0, 10)
    ? clock
    : `${day(local)} ${clock}`;
}

/** `23 Nov 09:00 to 12:00`, in the dashboard's zone. */
export function rangeText(frame: WidgetFrame): string {
  const [start, end] = [inZone(frame.range.start, frame), inZone(frame.range.end, frame)];
  const sameDay = start.slice(0, 10) === end.slice(0, 10);
  return `${day(start)} ${start.slice(11, 16)} to ${sameDay ? '' : `${day(end)} `}${end.slice(11, 16)}`;
}
