// Clicks of a web shop, made up but repeatable: what the lab and the scheduled producer put when nobody has data.
import type { StreamEvent } from './event.js';
import { seededRandom } from './seeded-random.js';

export interface ClickstreamOptions {
  /** Bytes of the payload as JSON, about; never less than its plain fields need. @default 1200 */
  readonly payloadBytes?: number;
  /** Time between two events where the time is a fixed start. @default 10 */
  readonly intervalMs?: number;
  /** Sessions that are open at once; each is a key. @default 500 */
  readonly sessions?: number;
  /** Events between the starts of two incidents, about: for a while every page loads far too slowly. @default 4000 */
  readonly eventsPerIncident?: number;
}

/** Share of all events, and the usual load time in milliseconds. */
const TYPES = [
  { type: 'page-view', share: 0.8, loadMs: 420 },
  { type: 'add-to-cart', share: 0.15, loadMs: 260 },
  { type: 'purchase', share: 0.05, loadMs: 900 },
] as const;

/** Load times spread by this much around the usual one, on a logarithmic scale: most within a third of it. */
const LOAD_SPREAD = 0.18;
const INCIDENT_SLOWDOWN = 12;
/** Length of an incident as a share of the events between two. */
const INCIDENT_SHARE = 0.05;
/** Chance that a session ends with an event, and another takes its place. */
const SESSION_END = 0.02;

const PAGES = ['home', 'search', 'category', 'product', 'reviews', 'basket', 'checkout', 'account', 'help', 'offers'];
const AGENTS = [
  'Firefox/145.0 (X11; Linux x86_64)',
  'Safari/18.6 (iPhone; iOS 18_6)',
  'Chrome/142.0 (Windows NT 10.0)',
];

/**
 * Generates clicks without end, the same for the same seed: `payload.value` is the page's load time in milliseconds.
 *
 * `nowMs` is the time of the first event, or a clock that each event is timed by. Ids are `click-<seed>-<number>`, so a
 * second run makes the same ones.
 */
export function* clickstream(
  seed: number,
  nowMs: number | (() => number),
  options: ClickstreamOptions = {},
): Generator<StreamEvent, never, undefined> {
  const { payloadBytes = 1_200, intervalMs = 10, sessions = 500, eventsPerIncident = 4_000 } = options;
  const random = seededRandom(seed);
  const timeMs = typeof nowMs === 'number' ? (n: number) => nowMs + n * intervalMs : nowMs;
  const open = Array.from({ length: sessions }, () => sessionName(random));
  const trail = Array.from({ length: 2_000 }, () => pick(PAGES, random)).join('>');
  const incident = incidents(eventsPerIncident, random);

  for (let n = 0; ; n += 1) {
    const place = Math.floor(random() * open.length);
    const session = open[place]!;
    if (random() < SESSION_END) open[place] = sessionName(random);
    const { type, loadMs } = pickType(random());
    const slow = incident(n) ? INCIDENT_SLOWDOWN : 1;
    const payload = {
      value: Math.round(loadMs * slow * Math.exp(LOAD_SPREAD * bell(random)) * 10) / 10,
      page: `/${pick(PAGES, random)}/${Math.floor(random() * 10_000)}`,
      items: type === 'page-view' ? 0 : 1 + Math.floor(random() * 4),
      agent: pick(AGENTS, random),
    };
    const room = payloadBytes - JSON.stringify(payload).length - ',"trail":""'.length;
    const at = Math.floor(random() * trail.length);
    yield {
      id: `click-${seed}-${n + 1}`,
      time: isoTime(timeMs(n)),
      type,
      key: session,
      payload: room > 0 ? { ...payload, trail: excerpt(trail, at, room) } : payload,
    };
  }
}

/** Tells of each event, asked in order, whether it falls into an incident; none comes before the first interval is half over. */
function incidents(every: number, random: () => number): (n: number) => boolean {
  const length = Math.max(1, Math.round(every * INCIDENT_SHARE));
  let start = Math.floor(every * (0.5 + random() / 4));
  return (n) => {
    if (n >= start + length) start += Math.floor(every * (0.75 + random() / 2));
    return n >= start && n < start + length;
  };
}

function pickType(roll: number): (typeof TYPES)[number] {
  let below = 0;
  for (const entry of TYPES) {
    below += entry.share;
    if (roll < below) return entry;
  }
  return TYPES[0];
}

function pick<T>(list: readonly T[], random: () => number): T {
  return list[Math.floor(random() * list.length)]!;
}

/** A bell-shaped number of mean 0 and deviation 1, never beyond 3: twelve even rolls would be the textbook, three do. */
function bell(random: () => number): number {
  return (random() + random() + random() - 1.5) * 2;
}

function sessionName(random: () => number): string {
  return `session-${Math.floor(random() * 0x1_0000_0000)
    .toString(16)
    .padStart(8, '0')}`;
}

function excerpt(text: string, at: number, length: number): string {
  let rest = text.slice(at, at + length);
  while (rest.length < length) rest += text.slice(0, length - rest.length);
  return rest;
}

function isoTime(ms: number): string {
  // biome-ignore lint/style/noRestrictedGlobals: writes a time it was given; it reads no clock
  return new Date(ms).toISOString();
}
