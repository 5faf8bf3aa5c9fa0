import { DefaultStackSynthesizer, LegacyStackSynthesizer } from 'aws-cdk-lib';

// The library's classes leave these undefined where its own interface, under exact optional properties, may not.
const qualifierOr = (qualifier: string | undefined): string =>
  qualifier ?? DefaultStackSynthesizer.DEFAULT_QUALIFIER;

/** Deploys with the caller's own credentials, and wants nothing to be there before. */
export class WithoutBootstrap extends LegacyStackSynthesizer {
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
