// Which occasion meets which mishap: a function of the seed and the occasion's ordinal alone, never of time. Pure.
import { seededRandom } from '../../core/records/seeded-random.js';
import { MISHAP_RATES, type Mishap, type Site } from './mishap.js';

/** Occasions of a site and name that share their weather. */
const SPELL = 16;

/** Share of the spells that are stormy, and how much more goes wrong in them: one failure after another is what tests an order. */
const STORM_RATE = 0.05;
const STORM_FACTOR = 8;

/** The mishap of the nth occasion (from 1) of a site and name, if it has one. The same arguments give the same answer. */
export function planMishap<S extends Site>(
  seed: number,
  occasion: { readonly site: S; readonly name: string; readonly ordinal: number },
): Mishap<S> | undefined {
  const { site, name, ordinal } = occasion;
  const random = seededRandom(hash(`${seed}/${site}/${name}/${ordinal}`));
  // A reshard is no weather: one is under way at a time.
  const factor = site !== 'record' && isStormy(seed, occasion) ? STORM_FACTOR : 1;
  let left = random();
  for (const [kind, rate] of Object.entries(MISHAP_RATES[site])) {
    if (left < rate * factor) return { kind, size: random() } as Mishap<S>;
    left -= rate * factor;
  }
  return undefined;
}

function isStormy(seed: number, { site, name, ordinal }: { site: Site; name: string; ordinal: number }): boolean {
  const spell = Math.floor((ordinal - 1) / SPELL);
  return seededRandom(hash(`${seed}/${site}/${name}/spell ${spell}`))() < STORM_RATE;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state >>> 0;
}
