import * as z from 'zod';
import { mutantSchema } from './mutant.ts';

export const judgedSchema = z.object({
  mutant: mutantSchema,
  /** `refused` is a change that does not compile: no test needs to notice it, and it counts for nothing. */
  outcome: z.enum(['noticed', 'unnoticed', 'not reached', 'refused']),
  /** The file of the test that noticed it; null where the change made a loop endless too. */
  by: z.string().nullable(),
});

export type Judged = z.infer<typeof judgedSchema>;

/** Each change that no test noticed, then how many were in each file and folder. */
export function reportText(judged: readonly Judged[]): string {
  const counted = judged.filter(({ outcome }) => outcome !== 'refused');
  const files = [...new Set(counted.map(({ mutant }) => mutant.file))].sort();
  const folders = [...new Set(files.map((file) => file.split('/').slice(0, 2).join('/')))];
  const left = counted.filter(({ outcome }) => outcome !== 'noticed');
  return [
    ...left.sort(inOrder).map(lineOf),
    ...files.map((file) =>
      scoreOf(
        counted.filter(({ mutant }) => mutant.file === file),
        file,
      ),
    ),
    ...folders.map((folder) =>
      scoreOf(
        counted.filter(({ mutant }) => mutant.file.startsWith(`${folder}/`)),
        folder,
      ),
    ),
    '',
  ].join('\n');
}

const inOrder = ({ mutant: a }: Judged, { mutant: b }: Judged): number =>
  a.file.localeCompare(b.file) || a.start - b.start;

const onOneLine = (text: string): string => text.replace(/\s+/g, ' ').slice(0, 160);

export function lineOf({ mutant, outcome }: Judged): string {
  const { file, line, kind, original, replacement } = mutant;
  return `${file}:${line} ${kind}, ${outcome}: ${onOneLine(original)}  ->  ${onOneLine(replacement)}`;
}

function scoreOf(judged: readonly Judged[], place: string): string {
  const noticed = judged.filter(({ outcome }) => outcome === 'noticed').length;
  const percent = ((100 * noticed) / judged.length).toFixed(1);
  return `${percent.padStart(5)} %  ${noticed} of ${judged.length}  ${place}`;
}
