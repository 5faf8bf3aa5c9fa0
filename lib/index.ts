export { ChatHealth, type ChatHealthProps } from './chat-health.ts';
export {
  type Configuration,
  type ConfigurationInput,
  parseConfiguration,
  readConfiguration,
} from './configuration.ts';
export type { AlertSubscription, ProbeNetwork } from './configuration-types.ts';
export { Alb502Monitor } from './monitor.ts';
export type { Alb502MonitorProps } from './monitor-props.ts';
export { type OrganisationStacks, organisation } from './organisation.ts';
export type { OrganisationPlan } from './organisation-plan.ts';
export { RegionForwarder, type RegionForwarderProps } from './region-forwarder.ts';
export type { DeclaredAttribute, DeclaredKeepAlive, MonitorSettings } from './setting-types.ts';
export { Alb502Stack, type Alb502StackProps } from './stack.ts';
