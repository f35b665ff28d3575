import { expect, test } from '@jest/globals';
import { FaultDesk } from '../../../local/faults/fault-desk.js';
import { type Fault, MISHAP_RATES, type Site } from '../../../local/faults/mishap.js';
import { planMishap } from '../../../local/faults/plan-mishap.js';

const SITES = Object.keys(MISHAP_RATES) as Site[];
const ordinals = (count: number) => Array.from({ length: count }, (_, at) => at + 1);
const planOf = (seed: number, site: Site, name: string, count: number) =>
  ordinals(count).map((ordinal) => planMishap(seed, { site, name, ordinal }));

test('the same seed disturbs the same ordinals in the same way', () => {
  for (const site of SITES) expect(planOf(7, site, 'x', 500)).toEqual(planOf(7, site, 'x', 500));
});

test('another seed, site or name disturbs others', () => {
  const plan = planOf(7, 'request', 'PutRecords', 500);
  expect(planOf(8, 'request', 'PutRecords', 500)).not.toEqual(plan);
  expect(planOf(7, 'request', 'GetRecords', 500)).not.toEqual(plan);
});

test.each(SITES)('every mishap of %s happens at least about as often as its rate says', (site) => {
  const count = 20_000;
  const plan = planOf(1, site, 'x', count);
  for (const [kind, rate] of Object.entries(MISHAP_RATES[site])) {
    const times = plan.filter((mishap) => mishap?.kind === kind).length;
    const spread = 6 * Math.sqrt(count * rate);
    expect(times).toBeGreaterThan(count * rate - spread);
    expect(times).toBeLessThan(2 * (count * rate + spread));
  }
  expect(plan.every((mishap) => mishap === undefined || (mishap.size >= 0 && mishap.size < 1))).toBe(true);
});

test('mishaps come in spells: some sixteen occasions in a row have several', () => {
  const plan = planOf(1, 'invocation', 'x', 16_000);
  const spells = Array.from({ length: 1_000 }, (_, at) => plan.slice(at * 16, at * 16 + 16));
  const stormy = spells.filter((spell) => spell.filter((mishap) => mishap !== undefined).length >= 4).length;
  expect(stormy).toBeGreaterThan(20);
  expect(stormy).toBeLessThan(80);
});

test('occasions are counted for each site and name on their own, and the observer hears of each fault', () => {
  const faults: Fault[] = [];
  const desk = new FaultDesk(3, { fault: (fault) => faults.push(fault) });
  for (const ordinal of ordinals(200)) {
    expect(desk.next('request', 'PutRecords').ordinal).toBe(ordinal);
    expect(desk.next('service', 'S3', '/bucket/key').ordinal).toBe(ordinal);
  }
  const planned = [
    ...planOf(3, 'request', 'PutRecords', 200).filter((mishap) => mishap !== undefined),
    ...planOf(3, 'service', 'S3', 200).filter((mishap) => mishap !== undefined),
  ];
  expect(faults).toHaveLength(planned.length);
  expect(faults.find(({ site }) => site === 'service')).toMatchObject({ name: 'S3', detail: '/bucket/key' });
});

test('nothing goes wrong once the desk is closed', () => {
  const desk = new FaultDesk(3, { fault: () => undefined });
  desk.close();
  expect(ordinals(500).map(() => desk.next('request', 'PutRecords').mishap)).toEqual(
    ordinals(500).map(() => undefined),
  );
});
