import { DefaultStackSynthesizer, type IStackSynthesizer, LegacyStackSynthesizer } from 'aws-cdk-lib';
import type { Configuration } from './configuration.ts';

// The library's classes leave these undefined where its own interface, under exact optional properties, may not.
const qualifierOr = (qualifier: string | undefined): string =>
  qualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;

/** Deploys with the caller's own credentials, and wants nothing to be there before. */
class WithoutBootstrap extends LegacyStackSynthesizer {
  override get bootstrapQualifier(): string {
    return qualifierOr(super.bootstrapQualifier);
  }

  override get lookupRole(): string {
    return super.lookupRole ?? '';
  }

  override get cloudFormationExecutionRole(): string {
    return super.cloudFormationExecutionRole ?? '';
  }
}

/** Where the monitor runs, as far as synthesis knows. */
export interface Home {
  readonly region: string | undefined;
  readonly account: string | undefined;
}

/** Who deploys the small stacks of other regions: by default the roles of their bootstrap, as the monitor's own stack. */
export const synthesizerFor = (
  regionStacks: Configuration['regionStacks'],
): { readonly synthesizer?: IStackSynthesizer } =>
  regionStacks === 'caller' ? { synthesizer: new WithoutBootstrap() } : {};
