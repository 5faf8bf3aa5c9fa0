import * as z from 'zod';

/** One small change of the code. `start` and `end` are offsets into the file as it stands. */
export const mutantSchema = z.object({
  id: z.number(),
  file: z.string(),
  line: z.number(),
  kind: z.string(),
  /** Which of the same changes of its file it is, from 0. */
  number: z.number(),
  original: z.string(),
  start: z.number(),
  end: z.number(),
  replacement: z.string(),
});

export type Mutant = Readonly<z.infer<typeof mutantSchema>>;
