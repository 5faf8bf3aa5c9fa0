import { endsAtAge, explainedCauses } from '../../diagnose/explanation-text.ts';
import { leadersOf } from '../../diagnose/leaders.ts';
import type { Cause, NamedCause } from '../../model/cause.ts';
import type { Diagnosis } from '../../model/diagnosis.ts';

/** A cause as a lock screen has room for it: what happens, and its name in two or three words. */
const TEXTS: Readonly<Record<NamedCause, { readonly sentence: string; readonly noun: string }>> = {
  'keepalive-mismatch': { sentence: 'targets close idle connections too early', noun: 'idle close' },
  'requests-per-connection-limit': {
    sentence: 'targets close connections after a number of requests or at an age',
    noun: 'request limit per connection',
  },
  deployment: { sentence: 'targets replaced or stopped too early', noun: 'deployment' },
  'deregistration-delay-elapsed': {
    sentence: 'requests outlast the deregistration delay',
    noun: 'deregistration delay',
  },
  'target-crash': { sentence: 'a target died with requests in flight', noun: 'target crash' },
  'worker-timeout': { sentence: 'the server kills workers that take too long', noun: 'worker timeout' },
  'connection-refused': { sentence: 'targets refuse connections', noun: 'connection refused' },
  'network-path': { sentence: 'targets cannot be reached', noun: 'network path' },
  'tls-failure': { sentence: 'the TLS handshake with targets fails', noun: 'TLS failure' },
  'protocol-mismatch': { sentence: 'targets speak another protocol', noun: 'protocol mismatch' },
  'malformed-response': { sentence: 'targets send invalid HTTP', noun: 'malformed response' },
  'response-header-too-large': { sentence: 'response headers are too large', noun: 'large headers' },
  'lambda-target-error': { sentence: 'the Lambda target fails', noun: 'Lambda error' },
  'request-body-refused': { sentence: 'targets refuse request bodies', noun: 'refused body' },
};

/** The same cause at two lengths. */
export interface CauseText {
  readonly long: string;
  readonly short: string;
}

/** Of a limit of connections that is one of their age. */
const AGE_LIMIT: CauseText = {
  long: 'targets close connections at an age',
  short: 'age limit of connections',
};

const same = (text: string): CauseText => ({ long: text, short: text });

/** `75 s`, with a decimal where an estimate has one. */
const seconds = (value: number): string => `${Number(value.toFixed(1))} s`;

function mismatchText({ mismatches: [worst] }: Diagnosis): CauseText {
  const { sentence, noun } = TEXTS['keepalive-mismatch'];
  if (worst === undefined) return { long: sentence, short: noun };
  const { keepAliveSeconds, idleTimeoutSeconds, marginSeconds, assumed } = worst;
  const [keepAlive, idleTimeout] = [seconds(keepAliveSeconds), seconds(idleTimeoutSeconds)];
  if (marginSeconds > 0)
    return {
      long: `targets close idle connections at ${keepAlive}, too soon after ${idleTimeout}`,
      short: `${noun} at ${keepAlive}, too soon after ${idleTimeout}`,
    };
  if (assumed)
    return {
      long: `by its server's default, ${sentence.replace(' too early', '')} at ${keepAlive}, the ALB at ${idleTimeout}`,
      short: `${noun} at ${keepAlive} by default, the ALB at ${idleTimeout}`,
    };
  const when =
    marginSeconds === 0 ? `${keepAlive}, no later than the ALB` : `${keepAlive}, before ${idleTimeout}`;
  return { long: `targets close idle connections at ${when}`, short: `${noun} at ${when}` };
}

/** The two causes that lead where none can be named; one or none where no more have a chance. */
export const namesOfLeaders = (diagnosis: Pick<Diagnosis, 'hypotheses'>): NamedCause[] =>
  leadersOf(diagnosis)
    .slice(0, 2)
    .map(({ cause }) => cause);

/** What is not decided yet: the two that lead. */
export function openText(leaders: readonly NamedCause[]): CauseText {
  const text = leaders.map((cause) => TEXTS[cause].noun).join(' or ');
  return text === '' ? same('cause not known yet') : { long: `${text}, not decided yet`, short: text };
}

/** The cause of an incident in words, at two lengths; where two have their share of the failures, both. */
export function causeText(cause: Cause, diagnosis: Diagnosis): CauseText {
  if (cause === 'undetermined') return openText(namesOfLeaders(diagnosis));
  const explained = explainedCauses(diagnosis.explanations);
  if (explained.length > 1 && explained.some((one) => one.cause === cause))
    return same(
      explained
        .slice(0, 2)
        .map((one) => TEXTS[one.cause].noun)
        .join(' and '),
    );
  if (cause === 'keepalive-mismatch') return mismatchText(diagnosis);
  if (cause === 'requests-per-connection-limit' && endsAtAge(diagnosis.explanations)) return AGE_LIMIT;
  return { long: TEXTS[cause].sentence, short: TEXTS[cause].noun };
}
