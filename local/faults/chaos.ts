// `--chaos SEED`: everything of the lab that goes wrong on purpose, put together.
import type { Clock } from '../clock.js';
import type { ServiceGate } from '../services/http-endpoint.js';
import type { FunctionInvoker } from '../services/lambda/invoker.js';
import type { ChaosObserver } from './chaos-observer.js';
import { type DisturbedEngine, disturbEngine } from './disturbed-engine.js';
import { type AccidentProne, disturbInvoker } from './disturbed-invoker.js';
import { disturbServices } from './disturbed-services.js';
import { FaultDesk } from './fault-desk.js';
import { createRecordHook } from './record-hook.js';
import type { RestartableEngine } from './restartable-engine.js';

export interface ChaosOptions {
  /** The same seed disturbs the same ordinals. */
  readonly seed: number;
  readonly observer: ChaosObserver;
}

export class Chaos {
  readonly observer: ChaosObserver;
  readonly #clock: Clock;
  readonly #desk: FaultDesk;

  constructor({ seed, observer }: ChaosOptions, clock: Clock) {
    this.observer = observer;
    this.#clock = clock;
    this.#desk = new FaultDesk(seed, observer);
  }

  disturbEngine({ engine, restart }: RestartableEngine): DisturbedEngine {
    const desk = this.#desk;
    const records = createRecordHook(engine, desk, this.observer);
    return disturbEngine({ engine, restart, desk, clock: this.#clock, records });
  }

  disturbInvoker(functions: AccidentProne): FunctionInvoker {
    return disturbInvoker({ functions, desk: this.#desk, observer: this.observer });
  }

  disturbServices(): (service: string) => ServiceGate {
    return disturbServices(this.#desk, this.#clock);
  }

  /** Nothing goes wrong from now on. */
  close(): void {
    this.#desk.close();
  }
}
