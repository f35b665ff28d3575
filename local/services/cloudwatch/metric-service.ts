// The lab's CloudWatch: the metric store and the alarms behind the SDK's own requests.
import type { Clock } from '../../clock.js';
import type { AlarmEvaluator } from '../../metrics/alarm-evaluator.js';
import type { MetricStore } from '../../metrics/metric-store.js';
import type { Endpoint, ServiceGate } from '../http-endpoint.js';
import { listenOnLoopback } from '../http-endpoint.js';
import { answerJson } from '../json-protocol.js';
import type { Authorize } from '../ports.js';
import { describeAlarms } from './describe-alarms.js';
import { getMetricData, getMetricStatistics } from './get-metric-data.js';
import { putMetricData } from './put-metric-data.js';

export interface MetricServiceOptions {
  readonly store: MetricStore;
  readonly alarms: Pick<AlarmEvaluator, 'states' | 'compositeStates'>;
  readonly clock: Clock;
  /**
   * Judges calls from outside.
   *
   * @default - everything is allowed
   */
  readonly authorize?: Authorize | undefined;
}

export class MetricService {
  readonly #options: MetricServiceOptions;

  constructor(options: MetricServiceOptions) {
    this.#options = options;
  }

  /** Serves the CloudWatch API. */
  async listen(gate?: ServiceGate): Promise<Endpoint> {
    const { store, alarms, clock, authorize } = this.#options;
    const operations = {
      GetMetricData: async (input: Parameters<typeof getMetricData>[1]) => getMetricData(store, input),
      GetMetricStatistics: async (input: Parameters<typeof getMetricStatistics>[1]) =>
        getMetricStatistics(store, input),
      PutMetricData: async (input: Parameters<typeof putMetricData>[1]) => putMetricData(store, input, clock.nowMs()),
      DescribeAlarms: async (input: Parameters<typeof describeAlarms>[1]) => describeAlarms(alarms, input),
    };
    const service = { name: 'CloudWatch', operations, authorize };
    return listenOnLoopback(clock, (request) => answerJson(service, request), gate);
  }
}
