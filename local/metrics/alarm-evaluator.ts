// Evaluates the alarms of the template every lab minute and tells their topics of changes.
import type { Clock } from '../clock.js';
import type { TopicService } from '../services/ports.js';
import type { AlarmModel, CompositeAlarmModel } from '../template/model.js';
import { type CompositeAlarm, evaluateComposite, orderComposites } from './composite-alarms.js';
import type { AlarmState, AlarmVerdict } from './evaluate-alarm.js';
import { comparisonOf, evaluateAlarm, evaluationRange } from './evaluate-alarm.js';
import { MetricQuerySet } from './metric-query.js';
import type { MetricStore } from './metric-store.js';
import { MINUTE_MS } from './metric-store.js';

/** Lab time after the minute at which its alarms are evaluated, so that what happened in it has been reported. */
const EVALUATION_DELAY_MS = 2_000;

/** An alarm as it stands. */
export interface AlarmStatus<Alarm extends AlarmModel | CompositeAlarmModel = AlarmModel> {
  readonly alarm: Alarm;
  readonly state: AlarmState;
  readonly reason: string;
  /** Lab time of the last change of state; the start of the lab before the first. */
  readonly sinceMs: number;
  /** Times that the alarm went into ALARM. */
  readonly raised: number;
}

export interface AlarmEvaluatorOptions {
  readonly alarms: readonly AlarmModel[];
  /**
   * Alarms on the states of others.
   *
   * @default - none
   */
  readonly composites?: readonly CompositeAlarmModel[];
  readonly metrics: MetricStore;
  readonly topics: TopicService;
  readonly clock: Clock;
  /**
   * How long after its minute a metric can be read. Alarms look that much further back, and act that much later.
   *
   * @default 0
   */
  readonly metricDelayMs?: number | undefined;
}

export class AlarmEvaluator {
  readonly #metrics: MetricStore;
  readonly #topics: TopicService;
  readonly #clock: Clock;
  readonly #metricDelayMs: number;
  readonly #statuses = new Map<string, AlarmStatus>();
  readonly #queries = new Map<string, MetricQuerySet>();
  readonly #composites: readonly CompositeAlarm[];
  readonly #compositeStatuses = new Map<string, AlarmStatus<CompositeAlarmModel>>();

  /** Fails when an alarm uses a statistic, an expression, a comparison or an action that the lab does not have. */
  constructor(options: AlarmEvaluatorOptions) {
    this.#metrics = options.metrics;
    this.#topics = options.topics;
    this.#clock = options.clock;
    this.#metricDelayMs = options.metricDelayMs ?? 0;
    const sinceMs = options.clock.nowMs();
    for (const alarm of options.alarms) {
      this.#queries.set(alarm.name, checkAlarm(alarm));
      this.#statuses.set(alarm.name, { alarm, ...UNKNOWN, sinceMs });
    }
    this.#composites = orderComposites(options.composites ?? []);
    for (const { alarm } of this.#composites) {
      checkActions(alarm);
      this.#compositeStatuses.set(alarm.name, { alarm, ...UNKNOWN, sinceMs });
    }
  }

  /** Every alarm on metrics as it stands, in the order of the template. */
  states(): readonly AlarmStatus[] {
    return [...this.#statuses.values()];
  }

  /** Every composite alarm as it stands. */
  compositeStates(): readonly AlarmStatus<CompositeAlarmModel>[] {
    return [...this.#compositeStatuses.values()];
  }

  /** Evaluates every lab minute until `signal` is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const nowMs = this.#clock.nowMs();
      const nextMs = Math.floor((nowMs - EVALUATION_DELAY_MS) / MINUTE_MS + 1) * MINUTE_MS + EVALUATION_DELAY_MS;
      await this.#clock.sleep(nextMs - nowMs, signal).catch(() => {});
      if (!signal.aborted) await this.#clock.hold(() => this.evaluate());
    }
  }

  /** Evaluates every alarm once, at the clock's time. */
  async evaluate(): Promise<void> {
    const nowMs = this.#clock.nowMs();
    const atMs = nowMs - this.#metricDelayMs;
    for (const status of this.states()) {
      const { alarm } = status;
      const { startMs, endMs } = evaluationRange(alarm, atMs);
      const read = this.#queries.get(alarm.name)!.read(this.#metrics, startMs, endMs);
      const series = [...read.values()][0] ?? new Map();
      const verdict = evaluateAlarm(alarm, series, atMs, status.state);
      this.#statuses.set(alarm.name, await this.#next(status, verdict, nowMs));
    }
    const stateOf = (name: string) => (this.#statuses.get(name) ?? this.#compositeStatuses.get(name))?.state;
    for (const composite of this.#composites) {
      const { name } = composite.alarm;
      const verdict = evaluateComposite(composite, stateOf);
      this.#compositeStatuses.set(name, await this.#next(this.#compositeStatuses.get(name)!, verdict, nowMs));
    }
  }

  /** The status after a verdict; the topics of an alarm that changes its state are told. */
  async #next<A extends AlarmModel | CompositeAlarmModel>(
    status: AlarmStatus<A>,
    verdict: AlarmVerdict,
    nowMs: number,
  ): Promise<AlarmStatus<A>> {
    if (verdict.state === status.state) return { ...status, reason: verdict.reason };
    const { alarm } = status;
    const actions = { ALARM: alarm.actions, OK: alarm.okActions, INSUFFICIENT_DATA: [] }[verdict.state];
    for (const topicArn of actions) {
      const subject = `${verdict.state}: "${alarm.name}" in US East (N. Virginia)`.slice(0, 100);
      await this.#topics.publish(topicArn, { subject, body: renderNotice(status, verdict, nowMs) });
    }
    const raised = status.raised + (verdict.state === 'ALARM' ? 1 : 0);
    return { alarm, ...verdict, sinceMs: nowMs, raised };
  }
}

/** What is known of an alarm before its first evaluation. */
const UNKNOWN = { state: 'INSUFFICIENT_DATA', reason: 'not evaluated yet', raised: 0 } as const;

/** Refuses an action that the lab does not have. */
export function checkActions({ name, actions, okActions }: AlarmModel | CompositeAlarmModel): void {
  const stray = [...actions, ...okActions].find((arn) => arn.split(':')[2] !== 'sns');
  if (stray) throw new Error(`alarm '${name}' has the action '${stray}'; the lab has SNS topics only`);
}

/** Queries of an alarm; what the lab cannot evaluate is refused by its name. */
export function checkAlarm(alarm: AlarmModel): MetricQuerySet {
  checkActions(alarm);
  try {
    comparisonOf(alarm.comparison);
    const returned = alarm.queries.filter(({ returnData }) => returnData).length;
    if (returned !== 1) throw new Error(`exactly one query must return data, got ${returned}`);
    return new MetricQuerySet(alarm.queries, alarm.periodMs);
  } catch (error) {
    throw new Error(`alarm '${alarm.name}' cannot be evaluated: ${(error as Error).message}`, { cause: error });
  }
}

/** Body of the notice that CloudWatch sends to a topic. */
function renderNotice(
  { alarm, state: OldStateValue }: AlarmStatus<AlarmModel | CompositeAlarmModel>,
  verdict: AlarmVerdict,
  nowMs: number,
): string {
  const [, , , region = '', accountId = ''] = alarm.arn.split(':');
  return JSON.stringify({
    AlarmName: alarm.name,
    AlarmArn: alarm.arn,
    AWSAccountId: accountId,
    Region: region,
    NewStateValue: verdict.state,
    NewStateReason: verdict.reason,
    OldStateValue,
    StateChangeTime: new Date(nowMs).toISOString().replace('Z', '+0000'),
    ...('rule' in alarm ? { AlarmRule: alarm.rule } : { Trigger: renderTrigger(alarm) }),
  });
}

function renderTrigger(alarm: AlarmModel) {
  return {
    Period: alarm.periodMs / 1000,
    EvaluationPeriods: alarm.evaluationPeriods,
    DatapointsToAlarm: alarm.datapointsToAlarm,
    ComparisonOperator: alarm.comparison,
    Threshold: alarm.threshold,
    TreatMissingData: alarm.treatMissingData,
    Metrics: alarm.queries.map(({ id, expression, metric, returnData }) => ({
      Id: id,
      ReturnData: returnData,
      ...(expression === undefined ? {} : { Expression: expression }),
      ...(metric
        ? { MetricStat: { Namespace: metric.namespace, MetricName: metric.name, Stat: metric.statistic } }
        : {}),
    })),
  };
}
