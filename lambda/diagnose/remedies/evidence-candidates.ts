import type { EvidenceBundle } from '../../model/evidence.ts';
import { hasAgent, TAGS, tagOf } from '../bundle/tags.ts';
import { outcomesFrom } from '../catalogue.ts';
import { groupsWithoutMeasuredKeepAlive, knownIdleTimeoutSeconds } from '../keep-alive/keep-alive.ts';
import { ACCESS_LOG_OUTCOMES, type Candidate, NO_SIDE_EFFECT } from './candidate.ts';
import {
  addTag,
  answerCommands,
  argument,
  printable,
  probe,
  removeTag,
  scanAgain,
  targetRemark,
} from './command.ts';
import { enableAccessLog } from './enable-access-log.ts';
import { failedTargetOf, urlToAsk } from './failed-url.ts';
import { answeredRequestsCandidate, scanCandidate } from './log-candidates.ts';

/**
 * The command that reads the access log, or switches it on. Where the attribute says "off" the log may still be
 * delivered by CloudWatch Logs, so that is asked first.
 */
function accessLogCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const unread = bundle.gaps.some((gap) => gap.subject === 'access-log' && gap.kind !== 'switched-off');
  if (bundle.accessLog !== null || unread) return [];
  const { attributes, arn, name } = bundle.loadBalancer;
  const bucket = attributes['access_logs.s3.bucket'];
  const prefix = attributes['access_logs.s3.prefix'];
  const base = { what: 'the access log around the 502s', outcomes: ACCESS_LOG_OUTCOMES };
  const idle = knownIdleTimeoutSeconds(bundle);
  const against = idle === null ? '' : ` --idle-timeout ${idle}`;
  if (attributes['access_logs.s3.enabled'] === 'true' && bucket) {
    const place = argument('S3_URL', `s3://${bucket}${prefix ? `/${prefix}` : ''}`);
    const how = `alb502 logs ${place}${against}`;
    return [{ ...base, how, commands: [how], sideEffects: NO_SIDE_EFFECT, rollback: [] }];
  }
  const { look, commands, rollback, sideEffects, place } = enableAccessLog({
    // They go into names, ARNs and queries, where quoting would not help: what is none of them is left to fill in.
    loadBalancerArn: /^arn:[\w:/-]+$/.test(arn) ? arn : 'LOAD_BALANCER_ARN',
    name: /^[A-Za-z\d-]{1,32}$/.test(name) ? name : 'NAME',
    account: /^\d{12}$/.test(bundle.account) ? bundle.account : 'ACCOUNT',
    region: /^[a-z][a-z\d-]*$/.test(bundle.region) ? bundle.region : 'REGION',
  });
  const read = `alb502 logs ${place}${against}`;
  return [
    {
      ...base,
      how: `${commands.at(-1)}   # run the commands before it first, and only if ${look} shows that it is not delivered yet; then, after the next 502: ${read}`,
      commands: [look, ...commands, read],
      sideEffects: `Turn it on only if no delivery source names this load balancer, and read it after the next 502. Side effects: ${sideEffects}`,
      rollback: [...rollback],
    },
  ];
}

function keepAliveCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const group = groupsWithoutMeasuredKeepAlive(bundle)[0];
  if (!group) return [];
  const measure = probe(group, knownIdleTimeoutSeconds(bundle), failedTargetOf(bundle, group));
  return [
    {
      what: hasAgent(group)
        ? `how long the target optimizer agent in front of the targets of ${printable(group.name)} keeps an idle connection`
        : `how long the targets of ${printable(group.name)} keep an idle connection`,
      how: `${measure}   # from a host that can reach them; or tag the group with ${TAGS.keepAliveSeconds}`,
      commands: [...targetRemark(measure), measure],
      sideEffects: 'Side effect: a few idle connections to one target while it runs.',
      rollback: [],
      outcomes: outcomesFrom('probe-idle'),
    },
  ];
}

/** Nobody said where the targets log: the tag that says so, then a look that reads there. */
function backendLogCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const serving = bundle.targetGroups.filter((group) => group.serving !== false);
  const [group] = serving;
  const unread = bundle.gaps.some(({ subject }) => subject === 'backend-log' || subject === 'tags');
  const said = serving.some((one) => tagOf(bundle, one, TAGS.logGroup) !== null);
  if (!group || unread || said || bundle.backendLogMatches.length > 0) return [];
  const tag = addTag(group.arn, TAGS.logGroup, 'LOG_GROUP');
  const look = `${scanAgain(bundle.loadBalancer.arn, '3h')} --backend-logs`;
  return [
    {
      what: `the log of the targets of ${printable(group.name)} around the 502s`,
      how: `${tag}   # the log group they write to; then: ${look}`,
      commands: ['# LOG_GROUP: the one they write to', tag, look],
      sideEffects: 'Side effect: none on traffic. A deployed monitor reads what backendLogGroups lists.',
      rollback: [removeTag(group.arn, TAGS.logGroup)],
      outcomes: outcomesFrom('backend-log'),
    },
  ];
}

/** What the log has alike for both: only the answer itself tells oversized headers from a malformed response. */
function answerCandidate(bundle: EvidenceBundle): readonly Candidate[] {
  const commands = answerCommands(urlToAsk(bundle), knownIdleTimeoutSeconds(bundle));
  if (commands.length === 0) return [];
  return [
    {
      what: 'what the target answers for a path that failed',
      how: commands.join('   # from a host that can reach it; then: '),
      commands,
      sideEffects:
        'Side effect: GET requests to one target, and, if it answers well, a few idle connections while it runs.',
      rollback: [],
      outcomes: outcomesFrom('probe-path'),
      among: ['malformed-response', 'response-header-too-large'],
    },
  ];
}

/** What nobody read or measured yet, beside what was tried and failed. */
export const knownCandidates = (bundle: EvidenceBundle, now: string | null = null): readonly Candidate[] => [
  ...answeredRequestsCandidate(bundle),
  ...accessLogCandidate(bundle),
  ...keepAliveCandidate(bundle),
  ...scanCandidate(bundle, now),
  ...backendLogCandidate(bundle),
  ...answerCandidate(bundle),
];
