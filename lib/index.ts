export {
  type AlertSubscription,
  type Configuration,
  type ConfigurationInput,
  parseConfiguration,
  readConfiguration,
} from './configuration.ts';
export { Alb502Monitor, type Alb502MonitorProps } from './monitor.ts';
export { Alb502Stack, type Alb502StackProps } from './stack.ts';
