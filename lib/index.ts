export { ChatHealth, type ChatHealthProps } from './chat-health.ts';
export {
  type Configuration,
  type ConfigurationInput,
  parseConfiguration,
  readConfiguration,
} from './configuration.ts';
export { Alb502Monitor } from './monitor.ts';
export type { Alb502MonitorProps } from './monitor-props.ts';
export { type OrganisationStacks, organisation } from './organisation.ts';
export type { OrganisationPlan } from './organisation-hub.ts';
export type { ProbeNetwork } from './probe-function.ts';
export { RegionForwarder, type RegionForwarderProps } from './region-forwarder.ts';
export { Alb502Stack, type Alb502StackProps } from './stack.ts';
export type { AlertSubscription } from './subscription.ts';
