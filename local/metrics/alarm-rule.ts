// The rule of a composite alarm: states of other alarms, joined by AND, OR and NOT.
// https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutCompositeAlarm.html
import type { AlarmState } from './evaluate-alarm.js';

/** A parsed rule. */
export interface AlarmRuleExpression {
  /** Names of the alarms that it reads. */
  readonly names: ReadonlySet<string>;
  holds(stateOf: (alarmName: string) => AlarmState | undefined): boolean;
}

type Holds = AlarmRuleExpression['holds'];

const STATES: Readonly<Record<string, AlarmState>> = {
  ALARM: 'ALARM',
  OK: 'OK',
  INSUFFICIENT_DATA: 'INSUFFICIENT_DATA',
};

const TOKEN = /\s*(?:"([^"]*)"|'([^']*)'|([()])|([^\s()"']+))/y;

/** Parses a rule; what the lab does not have is refused by its name. */
export function parseAlarmRule(text: string): AlarmRuleExpression {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  readonly #names = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parse(): AlarmRuleExpression {
    const holds = this.#either();
    if (this.#at < this.#tokens.length) throw this.#refuse(`'${this.#tokens[this.#at]}' is not expected`);
    return { names: this.#names, holds };
  }

  #either(): Holds {
    const parts = [this.#both()];
    while (this.#accept('OR')) parts.push(this.#both());
    return (stateOf) => parts.some((holds) => holds(stateOf));
  }

  #both(): Holds {
    const parts = [this.#one()];
    while (this.#accept('AND')) parts.push(this.#one());
    return (stateOf) => parts.every((holds) => holds(stateOf));
  }

  #one(): Holds {
    if (this.#accept('NOT')) {
      const holds = this.#one();
      return (stateOf) => !holds(stateOf);
    }
    if (this.#accept('(')) {
      const inner = this.#either();
      this.#expect(')');
      return inner;
    }
    if (this.#accept('TRUE')) return () => true;
    if (this.#accept('FALSE')) return () => false;
    return this.#state();
  }

  #state(): Holds {
    const word = this.#next();
    const state = Object.hasOwn(STATES, word) ? STATES[word] : undefined;
    if (!state) throw this.#refuse(`the lab does not have '${word}' here; it has ${Object.keys(STATES).join(', ')}`);
    this.#expect('(');
    const name = this.#next().replace(/^arn:aws:cloudwatch:[^:]*:[^:]*:alarm:/, '');
    this.#names.add(name);
    this.#expect(')');
    return (stateOf) => stateOf(name) === state;
  }

  #next(): string {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw this.#refuse('it ends too soon');
    this.#at += 1;
    return token;
  }

  #accept(token: string): boolean {
    if (this.#tokens[this.#at] !== token) return false;
    this.#at += 1;
    return true;
  }

  #expect(token: string): void {
    if (!this.#accept(token))
      throw this.#refuse(`'${token}' is missing before '${this.#tokens[this.#at] ?? 'its end'}'`);
  }

  #refuse(reason: string): Error {
    return new Error(`alarm rule '${this.#text}' cannot be evaluated: ${reason}`);
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw new Error(`alarm rule '${text}' cannot be evaluated: '${text.slice(at).trim()}' is not expected`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return tokens;
}
