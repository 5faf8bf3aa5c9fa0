/** `arn:aws:iam::ACCOUNT:role/PATH/NAME` names a role; whoever acts in it has the ARN of a session. */
const ROLE = /^arn:([\w*-]+):iam::([\d*]*):role\/(?:.*\/)?([^/]+)$/;

/** Matches a text against a pattern in which `*` stands for anything; in linear time for each `*`. */
function matches(text: string, pattern: string): boolean {
  const parts = pattern.split('*');
  const [first = '', ...others] = parts;
  if (others.length === 0) return text === first;
  if (!text.startsWith(first)) return false;
  const last = others.pop() ?? '';
  let from = first.length;
  for (const part of others) {
    const found = text.indexOf(part, from);
    if (found < 0) return false;
    from = found + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

/** The pattern, and where it names a role that of the role's sessions. */
function patternsOf(pattern: string): readonly string[] {
  const role = ROLE.exec(pattern);
  if (role === null) return [pattern];
  const [, partition = '', account = '', name = ''] = role;
  return [pattern, `arn:${partition}:sts::${account}:assumed-role/${name}/*`];
}

/**
 * Whether a change was made by someone who is expected to make changes.
 *
 * @param principal - ARN as CloudTrail gives it; null is nobody
 * @param patterns - ARNs with `*` for anything; that of a role stands for its sessions too
 */
export function isExpectedChanger(principal: string | null, patterns: readonly string[]): boolean {
  return (
    principal !== null &&
    patterns.some((pattern) => patternsOf(pattern).some((one) => matches(principal, one)))
  );
}
