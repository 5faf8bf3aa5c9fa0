import * as z from 'zod';
import { failingRequestSchema } from './access-log-summary.ts';

const isoTime = z.iso.datetime();

/** What a person asked to be silent about. */
export const silenceSchema = z.object({
  /** When it was asked for; null in what an older version wrote. */
  at: isoTime.nullable().default(null),
  until: isoTime,
  by: z.string().nullable().default(null),
  reason: z.string().nullable().default(null),
});

/** When the windows of a recurring silence begin, and how long each lasts. */
export const recurrenceSchema = z.object({
  /** Five fields: minute, hour, day of month, month, day of week. */
  cron: z.string(),
  /** A name of the IANA time zone database, in which the fields are read. */
  timeZone: z.string(),
  /** Elapsed time, whatever the clocks do. */
  durationMinutes: z.number().int().positive(),
});

/** Windows of silence that come again and again until the last of them ends, `until`. */
export const recurringSilenceSchema = silenceSchema.extend({ recurrence: recurrenceSchema });

/** A silence that held back messages of an incident, by a person or a tag. */
export const recordedSilenceSchema = z.object({
  /** The first look at which it was in force. */
  from: isoTime,
  /** Its end, or when it was seen to be taken back; null: it has no end. */
  until: isoTime.nullable(),
  by: z.string().nullable(),
  reason: z.string().nullable(),
  /** Of a window of a recurring silence; absent: it does not recur. */
  recurrence: recurrenceSchema.optional(),
});

/** The failed requests of an incident that are named: the first 10 and the newest 10. */
export const recordedRequestsSchema = z.object({
  requests: z.array(z.object(failingRequestSchema.shape)),
  /** As many were in the log of one look; of an incident that is longer than its window there were more. */
  atLeast: z.number().int(),
});

/** A command and what it printed, put into the record by a person. */
export const attachmentSchema = z.object({
  at: isoTime,
  by: z.string().nullable(),
  command: z.string(),
  output: z.string(),
});

export type Silence = z.infer<typeof silenceSchema>;
export type Recurrence = z.infer<typeof recurrenceSchema>;
export type RecurringSilence = z.infer<typeof recurringSilenceSchema>;
export type RecordedSilence = z.infer<typeof recordedSilenceSchema>;
export type RecordedRequests = z.infer<typeof recordedRequestsSchema>;
export type Attachment = z.infer<typeof attachmentSchema>;
