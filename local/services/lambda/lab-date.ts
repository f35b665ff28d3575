// Lab time as `Date` inside a function's process: it starts at what each invocation brings and advances with the
// wall. Timers and `performance` stay in wall time, as time-outs and sockets do.

/** Replaces the global `Date`; returns what sets lab time anew. */
export function presentLabTime(startMs: number): (labMs: number) => void {
  const WallDate = Date;
  let labMs = startMs;
  let setAt = performance.now();
  const now = () => Math.floor(labMs + performance.now() - setAt);
  const LabDate = new Proxy(WallDate, {
    apply: () => new WallDate(now()).toString(),
    construct: (target, args, newTarget) => Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget),
    get: (target, property, receiver) => (property === 'now' ? now : Reflect.get(target, property, receiver)),
  });
  Object.defineProperty(WallDate.prototype, 'constructor', { value: LabDate, configurable: true, writable: true });
  globalThis.Date = LabDate;
  return (nextMs) => {
    labMs = nextMs;
    setAt = performance.now();
  };
}
