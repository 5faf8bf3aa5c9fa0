import type { Recurrence } from '../../model/record.ts';

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const SHORT_DAYS = DAYS.map((day) => day.slice(0, 3).toUpperCase());

/**
 * A recurrence in words: `every Saturday 02:00 for 2 h Europe/Berlin`. What has no short name is given by its
 * expression: `by cron "*\/30 2 1-7 * 6" for 20 min UTC`.
 */
export function recurrenceText({ cron, timeZone, durationMinutes }: Recurrence): string {
  return `${timesText(cron)} for ${minutesText(durationMinutes)} ${timeZone}`;
}

function timesText(cron: string): string {
  const [minute = '', hour = '', dayOfMonth = '', month = '', dayOfWeek = ''] = cron.trim().split(/\s+/);
  const days = month === '*' && /^\d{1,2}$/.test(minute) ? daysText(dayOfMonth, dayOfWeek) : null;
  const hours = hour.split(',');
  if (days === null || !hours.every((each) => /^\d{1,2}$/.test(each))) return `by cron "${cron}"`;
  const clocks = hours.map((each) => `${each.padStart(2, '0')}:${minute.padStart(2, '0')}`);
  return `${days} ${listed(clocks)}`;
}

/** null: it takes more than a few words. */
function daysText(dayOfMonth: string, dayOfWeek: string): string | null {
  if (dayOfMonth === '*' && dayOfWeek === '*') return 'every day';
  if (dayOfWeek === '*' && /^\d{1,2}$/.test(dayOfMonth)) return `on day ${Number(dayOfMonth)} of every month`;
  if (dayOfMonth !== '*') return null;
  const range = dayOfWeek.split('-').map(dayName);
  const [first, last] = range;
  if (range.length === 2 && first && last) return `every day from ${first} to ${last}`;
  const days = dayOfWeek.split(',').map(dayName);
  return days.every((day) => day !== null) ? `every ${listed(days)}` : null;
}

/** 0 and 7 are Sunday, as in every crontab. */
function dayName(field: string): string | null {
  const number = /^[0-7]$/.test(field) ? Number(field) % 7 : SHORT_DAYS.indexOf(field.toUpperCase());
  return DAYS[number] ?? null;
}

const listed = (names: readonly (string | null)[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`;

/** `1 h 30 min`, `2 h`, `1 d 12 h`. */
function minutesText(minutes: number): string {
  const parts = [
    [Math.floor(minutes / 1440), 'd'],
    [Math.floor(minutes / 60) % 24, 'h'],
    [minutes % 60, 'min'],
  ] as const;
  return parts.flatMap(([count, unit]) => (count === 0 ? [] : [`${count} ${unit}`])).join(' ');
}
