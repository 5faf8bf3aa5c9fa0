import { Aws, CfnCondition, Duration, Fn, Names, Token } from 'aws-cdk-lib';
import {
  AlarmStatusWidget,
  Dashboard as CloudWatchDashboard,
  CustomWidget,
  GraphWidget,
  type IAlarm,
  type IMetric,
  MathExpression,
  Stats,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { CONSOLE_HOSTS } from '../lambda/env.ts';

const WIDTH = 24;
const QUARTER = WIDTH / 4;
const NAME_MAX_LENGTH = 200;

/** Name and address of a dashboard, known before it exists so that functions it shows can link to it. */
export interface DashboardAddress {
  readonly name: string;
  /** Empty in a partition whose console has no known address: no link is better than no deployment. */
  readonly url: string;
  /** The address, or the name with a word on where to look for it. */
  readonly hint: string;
}

/**
 * Dashboards are global to an account, so the name carries the region; without that a second region's stack would fail.
 */
export function dashboardAddress(scope: Construct): DashboardAddress {
  const unique = Names.uniqueResourceName(scope, { maxLength: NAME_MAX_LENGTH, separator: '-' });
  const name = `${unique}-${Aws.REGION}`;
  const urlOr = (otherwise: string): string =>
    Object.entries(CONSOLE_HOSTS).reduceRight((rest, [partition, host]) => {
      const page = `https://${Aws.REGION}.${host}/cloudwatch/home?region=${Aws.REGION}`;
      const condition = conditionIn(scope, partition);
      return Fn.conditionIf(condition.logicalId, `${page}#dashboards/dashboard/${name}`, rest).toString();
    }, otherwise);
  return { name, url: urlOr(''), hint: urlOr(`the dashboard ${name} in the console of CloudWatch`) };
}

/** Holds where the stack is deployed into that partition; made once. */
function conditionIn(scope: Construct, partition: string): CfnCondition {
  const id = `In${partition.replaceAll('-', '')}`;
  const known = scope.node.tryFindChild(id);
  return known instanceof CfnCondition
    ? known
    : new CfnCondition(scope, id, { expression: Fn.conditionEquals(Aws.PARTITION, partition) });
}

export interface DashboardProps {
  readonly name: string;
  readonly widget: IFunction;
  /** Regions watched; empty means the stack's own. */
  readonly regions: readonly string[];
  readonly ownHealth: readonly { readonly title: string; readonly metrics: readonly IMetric[] }[];
  readonly alarms: readonly IAlarm[];
}

/** Load balancers by verdict, their 502s and what goes with them, and the monitor's own health. */
export class Dashboard extends Construct {
  constructor(scope: Construct, id: string, props: DashboardProps) {
    super(scope, id);
    const regions = props.regions.length > 0 ? props.regions : [Aws.REGION];
    const dashboard = new CloudWatchDashboard(this, 'Dashboard', {
      dashboardName: props.name,
      defaultInterval: Duration.hours(3),
    });
    dashboard.addWidgets(
      new CustomWidget({
        title: 'Load balancers',
        functionArn: props.widget.functionArn,
        width: WIDTH,
        height: 10,
        updateOnRefresh: true,
        updateOnResize: true,
        updateOnTimeRangeChange: true,
      }),
    );
    dashboard.addWidgets(
      searchGraph('502s by load balancer', 'LoadBalancer', 'HTTPCode_ELB_502_Count', Stats.SUM, regions),
      searchGraph(
        'Target connection errors',
        'LoadBalancer',
        'TargetConnectionErrorCount',
        Stats.SUM,
        regions,
      ),
      searchGraph('Healthy targets', 'LoadBalancer,TargetGroup', 'HealthyHostCount', Stats.MINIMUM, regions),
      searchGraph(
        'Unhealthy targets',
        'LoadBalancer,TargetGroup',
        'UnHealthyHostCount',
        Stats.MAXIMUM,
        regions,
      ),
    );
    dashboard.addWidgets(
      ...props.ownHealth.map(
        ({ title, metrics }) =>
          new GraphWidget({ title: `alb502: ${title}`, left: [...metrics], width: QUARTER, height: 6 }),
      ),
    );
    if (props.alarms.length > 0)
      dashboard.addWidgets(
        new AlarmStatusWidget({
          title: 'alb502: alarms',
          alarms: [...props.alarms],
          width: WIDTH,
          height: 2,
        }),
      );
  }
}

/** A graph over whatever load balancers exist when it is drawn, in every watched region. */
function searchGraph(
  title: string,
  dimensions: string,
  metricName: string,
  statistic: string,
  regions: readonly string[],
): GraphWidget {
  const search = `SEARCH('{AWS/ApplicationELB,${dimensions}} MetricName="${metricName}"', '${statistic}', 60)`;
  return new GraphWidget({
    title,
    width: QUARTER,
    height: 6,
    leftYAxis: { min: 0, showUnits: false },
    left: regions.map(
      (region) =>
        new MathExpression({
          expression: search,
          label: regions.length > 1 ? `${region} ` : '',
          period: Duration.minutes(1),
          ...(Token.isUnresolved(region) ? {} : { searchRegion: region }),
        }),
    ),
  });
}
