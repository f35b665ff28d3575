// Which occasion meets which mishap: a function of the seed and the occasion's ordinal alone, never of time. Pure.
import { seededRandom } from '../../core/records/seeded-random.js';
import { MISHAP_RATES, type Mishap, type Site } from './mishap.js';

/** The mishap of the nth occasion (from 1) of a site and name, if it has one. The same arguments give the same answer. */
export function planMishap<S extends Site>(
  seed: number,
  occasion: { readonly site: S; readonly name: string; readonly ordinal: number },
): Mishap<S> | undefined {
  const random = seededRandom(hash(`${seed}/${occasion.site}/${occasion.name}/${occasion.ordinal}`));
  let left = random();
  for (const [kind, rate] of Object.entries(MISHAP_RATES[occasion.site])) {
    if (left < rate) return { kind, size: random() } as Mishap<S>;
    left -= rate;
  }
  return undefined;
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) state = Math.imul(state ^ text.charCodeAt(at), 0x01000193);
  return state >>> 0;
}
