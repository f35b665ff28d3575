// Metric math, parsed once: arithmetic, comparisons, AND and OR, and the functions of expression-functions.ts.
import type { MathContext, MathValue } from './expression-functions.js';
import { combine, FUNCTIONS } from './expression-functions.js';

/** A parsed expression. */
export interface Expression {
  readonly text: string;
  /** Ids of the queries that it reads. */
  readonly ids: ReadonlySet<string>;
  evaluate(context: MathContext): MathValue;
}

type Evaluate = (context: MathContext) => MathValue;

const TOKEN =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|([A-Za-z][A-Za-z0-9_]*)|("[^"]*"|'[^']*')|(==|!=|<=|>=|&&|\|\||[-+*/^()[\],<>]))/y;

const OPERATORS: Readonly<Record<string, (a: number, b: number) => number>> = {
  '||': (a, b) => Number(a !== 0 || b !== 0),
  '&&': (a, b) => Number(a !== 0 && b !== 0),
  '==': (a, b) => Number(a === b),
  '!=': (a, b) => Number(a !== b),
  '<=': (a, b) => Number(a <= b),
  '>=': (a, b) => Number(a >= b),
  '<': (a, b) => Number(a < b),
  '>': (a, b) => Number(a > b),
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '^': (a, b) => a ** b,
};

/** Operators from the loosest to the tightest. */
const LEVELS = [['||'], ['&&'], ['==', '!=', '<=', '>=', '<', '>'], ['+', '-'], ['*', '/'], ['^']];

/** Parses an expression; what the lab does not have is refused by its name. */
export function parseExpression(text: string): Expression {
  return new Parser(text).parse();
}

class Parser {
  readonly #text: string;
  readonly #tokens: readonly string[];
  readonly #ids = new Set<string>();
  #at = 0;

  constructor(text: string) {
    this.#text = text;
    this.#tokens = tokenize(text);
  }

  parse(): Expression {
    const evaluate = this.#level(0);
    if (this.#at < this.#tokens.length) throw refuse(this.#text, `'${this.#tokens[this.#at]}' is not expected`);
    return { text: this.#text, ids: this.#ids, evaluate };
  }

  #level(depth: number): Evaluate {
    const operators = LEVELS[depth];
    if (!operators) return this.#unary();
    let left = this.#level(depth + 1);
    for (;;) {
      const operator = this.#accept(...operators);
      if (!operator) return left;
      const [before, right, operate] = [left, this.#level(depth + 1), OPERATORS[operator]!];
      left = (context) => combine(before(context), right(context), operate);
    }
  }

  #unary(): Evaluate {
    if (!this.#accept('-')) return this.#primary();
    const negated = this.#unary();
    return (context) => combine(0, negated(context), (a, b) => a - b);
  }

  #primary(): Evaluate {
    const token = this.#tokens[this.#at];
    if (token === undefined) throw refuse(this.#text, 'it ends too soon');
    this.#at += 1;
    if (/^\d/.test(token)) return () => Number(token);
    if (token === '(') {
      const inner = this.#level(0);
      this.#expect(')');
      return inner;
    }
    if (token === '[') return this.#list();
    if (!/^[A-Za-z]/.test(token)) throw refuse(this.#text, `'${token}' is not expected`);
    if (this.#accept('(')) return this.#call(token);
    this.#ids.add(token);
    return (context) => context.valueOf(token);
  }

  #list(): Evaluate {
    const items = this.#sequence(']', () => this.#level(0));
    return (context) => items.flatMap((item) => item(context) as readonly (number | ReadonlyMap<number, number>)[]);
  }

  #call(name: string): Evaluate {
    const apply = Object.hasOwn(FUNCTIONS, name) ? FUNCTIONS[name] : undefined;
    if (!apply)
      throw refuse(this.#text, `the lab does not have ${name}(); it has ${Object.keys(FUNCTIONS).join(', ')}`);
    const args = this.#sequence(')', () => this.#argument(name));
    return (context) =>
      apply(
        args.map((argument) => (typeof argument === 'string' ? argument : argument(context))),
        context,
      );
  }

  /** A string in quotes, the word REPEAT of FILL, or an expression. */
  #argument(name: string): Evaluate | string {
    const token = this.#tokens[this.#at] ?? '';
    if (/^["']/.test(token) || (name === 'FILL' && token === 'REPEAT')) {
      this.#at += 1;
      return token.replaceAll(/["']/g, '');
    }
    return this.#level(0);
  }

  #sequence<T>(end: string, parse: () => T): T[] {
    const items: T[] = [];
    if (this.#accept(end)) return items;
    do items.push(parse());
    while (this.#accept(','));
    this.#expect(end);
    return items;
  }

  #accept(...tokens: readonly string[]): string | undefined {
    const token = { AND: '&&', OR: '||' }[this.#tokens[this.#at] ?? ''] ?? this.#tokens[this.#at];
    if (token === undefined || !tokens.includes(token)) return undefined;
    this.#at += 1;
    return token;
  }

  #expect(token: string): void {
    if (!this.#accept(token))
      throw refuse(this.#text, `'${token}' is missing before '${this.#tokens[this.#at] ?? 'its end'}'`);
  }
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  const pattern = new RegExp(TOKEN);
  while (text.slice(pattern.lastIndex).trim() !== '') {
    const at = pattern.lastIndex;
    const match = pattern.exec(text);
    if (!match) throw refuse(text, `'${text.slice(at).trim()[0]}' is not expected`);
    tokens.push(match[1] ?? match[2] ?? match[3] ?? match[4] ?? '');
  }
  return tokens;
}

function refuse(text: string, reason: string): Error {
  return new Error(`metric expression '${text}' cannot be evaluated: ${reason}`);
}
